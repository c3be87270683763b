import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";

const CLOSE_TIMEOUT_MS = 1_000;

/** Tells, once or more often, that the connection is over, and why if that is known. */
export function tellEnd(socket: Socket, onEnd: (cause: unknown) => void): void {
  let failure: unknown;
  socket.on("error", (error) => {
    failure = error;
  });
  const end = (): void => {
    socket.destroy();
    onEnd(failure);
  };
  // A half-closed connection brings no more answers, so the end counts as the loss.
  socket.on("end", end);
  socket.on("close", end);
}

/** Resolves when the system took the bytes. */
export function writeToSocket(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/** Ends the connection by `end` and waits until it is closed, but not for ever. */
export async function endSocket(socket: Socket, clock: Clock, end: () => void): Promise<void> {
  if (socket.closed) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(CLOSE_TIMEOUT_MS, () => socket.destroy());
    socket.once("close", () => {
      cancel();
      resolve();
    });
    end();
  });
}
