import { connect, type Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { type ErrorCode, EspError } from "../../core/errors.ts";
import { formatAddress, type SocketAddress } from "./socket-address.ts";

/** How long a connection may take to come about. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** After so long without traffic the system begins to ask whether the other end is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** A socket that begins to connect; `whenConnected` tells how that ends. */
export function startConnecting({ host, port }: SocketAddress): Socket {
  return connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS });
}

export interface ConnectWait {
  readonly address: SocketAddress;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** For a socket that is closed from this side while it connects. */
  readonly closedError: () => EspError;
}

/** Resolves when the socket is connected, with no listeners left on it; else it is destroyed. Throws `port.*`. */
export async function whenConnected(
  socket: Socket,
  { address, clock, timeoutMs, closedError }: ConnectWait,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void): void => {
        cancel();
        // By name: whoever closes the socket meanwhile listens too.
        for (const [event, listener] of listeners) socket.removeListener(event, listener);
        // After a timeout the socket is destroyed and may still say why; nobody waits for that any more.
        socket.on("error", () => {});
        act();
      };
      const cancel = clock.after(timeoutMs, () => {
        const late = Object.assign(new Error("No answer in time."), { code: "ETIMEDOUT" });
        settle(() => reject(connectError(address, late)));
      });
      const listeners: readonly (readonly [string, (error: Error) => void])[] = [
        ["connect", () => settle(resolve)],
        ["error", (error) => settle(() => reject(connectError(address, error)))],
        ["close", () => settle(() => reject(closedError()))],
      ];
      for (const [event, listener] of listeners) socket.once(event, listener);
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What each failure to connect means for the person. */
const CONNECT_FAILURES: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
  ECONNREFUSED: [
    "port.missing",
    "nothing listens there",
    "Start the program that serves the port, or check the number.",
  ],
  ENOTFOUND: ["port.missing", "no such host is known", "Check the name of the host."],
  EAI_AGAIN: ["port.missing", "the name service did not answer", "Check the network and the name of the host."],
  ETIMEDOUT: ["port.missing", "no answer came", "Check the address, and that no firewall is in between."],
  EHOSTUNREACH: ["port.missing", "the host cannot be reached", "Check the network and the address."],
  ENETUNREACH: ["port.missing", "the network cannot be reached", "Check the network and the address."],
  ECONNRESET: ["port.busy", "the other end hung up at once", "It may serve one client at a time; close the other one."],
  EACCES: ["port.permission", "the system does not allow it", "Check the firewall of this computer."],
  EPERM: ["port.permission", "the system does not allow it", "Check the firewall of this computer."],
};

/** The error for a connection that did not come about, from Node's error. */
export function connectError(address: SocketAddress, cause: NodeJS.ErrnoException): EspError {
  const [code, reason, hint] = CONNECT_FAILURES[cause.code ?? ""] ?? [
    "port.failed",
    `the system says ${cause.code ?? "nothing more"}`,
    "Check the address.",
  ];
  return new EspError(code, `Cannot connect to ${formatAddress(address)}: ${reason}.`, {
    hint,
    details: { ...address, system: cause.code },
    cause,
  });
}
