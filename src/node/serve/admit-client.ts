import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { EspError } from "../../core/errors.ts";
import { ClientScreen } from "./client-screen.ts";
import { webClientError } from "./web-client.ts";

/** A web page sends its request at once; who says nothing for so long may be a program that listens first. */
const QUIET_MS = 100;
/** How long one that was refused may take to read why. */
const FAREWELL_MS = 1000;

/** Connections without a word in either direction end after half a day, so that nobody who was forgotten keeps the chip. */
export const IDLE_TIMEOUT_MS = 43_200_000;

/** What a timer of Node can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * What a client sends, once it may be one for a chip; null when it is gone, or was sent away as a web page. Until then the
 * chip is not touched for it. `onRefused` may be called later as well, and nothing of the request has come through then.
 */
export function admitClient(socket: Socket, onRefused: (error: EspError) => void): Promise<Readable | null> {
  return new Promise((resolve) => {
    const screen = new ClientScreen({
      onWeb: () => {
        resolve(null);
        onRefused(webClientError());
        socket.destroy();
      },
      onOther: () => resolve(screen),
    });
    screen.on("error", () => {});
    const quiet = setTimeout(() => {
      if (!screen.isHolding) resolve(screen);
    }, QUIET_MS);
    socket.once("close", () => {
      clearTimeout(quiet);
      resolve(null);
      if (!screen.writableEnded) screen.destroy();
    });
    socket.pipe(screen);
  });
}

/** Hangs up on a client that is not served, with a word where its protocol has room for one. */
export function turnAway(socket: Socket, word?: string): void {
  socket.resume();
  socket.end(word ?? "");
  // One that does not hang up as well must not stay: they would pile up.
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once("close", () => clearTimeout(timer));
}

/** Ends the connection after so long without traffic in either direction; 0: never. */
export function limitIdleness(socket: Socket, timeoutMs: number, onIdle: () => void): void {
  socket.setTimeout(Math.min(timeoutMs, LONGEST_TIMER_MS), () => {
    onIdle();
    socket.destroy();
  });
}
