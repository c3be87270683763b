// Shelf: `socket://`: a serial line behind a bare TCP connection.
// In: host and port.
// Out: a `Port` without lines.

import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkText } from "../../core/check/values.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { checkClock } from "../../core/port/check-port.ts";
import type { Port } from "../../core/port/port.ts";
import { closedError } from "../../core/port/port-errors.ts";
import { portOver } from "../../core/port/port-over.ts";
import { CONNECT_TIMEOUT_MS, startConnecting, whenConnected } from "./connect-socket.ts";
import { parseSocketUrl } from "./socket-address.ts";
import { endSocket, tellEnd, writeToSocket } from "./socket-life.ts";

export interface TcpPortOptions {
  readonly clock?: Clock | undefined;
  /** Default 5000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long the system may take to accept data. Default 10 000. */
  readonly writeTimeoutMs?: number | undefined;
}

const checkTcpOptions: Check<TcpPortOptions> = shape<TcpPortOptions>({
  clock: optional(checkClock),
  connectTimeoutMs: optional(checkMilliseconds),
  writeTimeoutMs: optional(checkMilliseconds),
});

/**
 * A serial line at the other end of a plain TCP connection (`socket://host:port`, `tcp://host:port`).
 *
 * Such a connection carries bytes only: there are no lines, so the chip cannot be reset, and the baud rate is whatever
 * the other end chose, so setting it does nothing. Throws `argument.invalid` for an address that is none.
 */
export function createTcpPort(url: string, options: TcpPortOptions = {}): Port {
  checkText(url, "url");
  const wanted = checkTcpOptions(options, "options");
  const address = parseSocketUrl(url);
  const clock = wanted.clock ?? systemClock;
  return portOver({
    info: { path: url, network: "tcp" },
    capabilities: { lines: false, atomicLines: false, baud: false },
    clock,
    timeouts: { writeMs: wanted.writeTimeoutMs },
    hints: {
      lost: "Check the network, and that the program at the other end still runs.",
      timeout: "Check that the program at the other end is still running.",
    },
    open: async (_options, events) => {
      const socket = startConnecting(address);
      events.signal.addEventListener("abort", () => socket.destroy());
      await whenConnected(socket, {
        address,
        clock,
        timeoutMs: wanted.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        closedError: () => closedError(url),
      });
      tellEnd(socket, events.lost);
      socket.on("data", (chunk) => events.data(new Uint8Array(chunk)));
      return {
        write: (bytes) => writeToSocket(socket, bytes),
        // Destroyed as soon as what was written has arrived; not waiting for an end that does not read.
        close: () => endSocket(socket, clock, () => socket.end(() => socket.destroy())),
      };
    },
  });
}
