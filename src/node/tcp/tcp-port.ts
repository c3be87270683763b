// Shelf: `socket://`: a serial line behind a bare TCP connection.
// In: host and port.
// Out: a `Port` without lines.

import type { Socket } from "node:net";
import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkText } from "../../core/check/values.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import { checkClock } from "../../core/port/check-port.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../core/port/port.ts";
import { OperationQueue } from "../port/operation-queue.ts";
import { linesError, lostError } from "../system/serial-errors.ts";
import { CONNECT_TIMEOUT_MS, startConnecting, whenConnected } from "./connect-socket.ts";
import { parseSocketUrl, type SocketAddress } from "./socket-address.ts";

const CLOSE_TIMEOUT_MS = 1_000;
/** The reference's write timeout (fact sheet 2.2). */
const WRITE_TIMEOUT_MS = 10_000;

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
  return new TcpPort({ path: url, network: "tcp" }, parseSocketUrl(url), wanted);
}

const LOST_HINT = "Check the network, and that the program at the other end still runs.";

class TcpPort implements Port {
  readonly info: PortInfo;
  readonly clock: Clock;
  readonly capabilities: PortCapabilities = { lines: false, atomicLines: false, baud: false };
  readonly #address: SocketAddress;
  readonly #connectTimeoutMs: number;
  readonly #writeTimeoutMs: number;
  readonly #queue: OperationQueue = new OperationQueue();
  #socket: Socket | null = null;
  #lost: EspError | null = null;

  constructor(info: PortInfo, address: SocketAddress, options: TcpPortOptions) {
    this.info = info;
    this.clock = options.clock ?? systemClock;
    this.#address = address;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#writeTimeoutMs = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS;
  }

  async open(_options: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#socket !== null)
      throw new EspError("port.busy", `The port ${this.info.path} is already open.`, { hint: "Close it first." });
    const socket = startConnecting(this.#address);
    this.#socket = socket;
    try {
      await whenConnected(socket, {
        address: this.#address,
        clock: this.clock,
        timeoutMs: this.#connectTimeoutMs,
        closedError: () => this.#closedError(),
      });
    } catch (error) {
      if (this.#socket === socket) this.#socket = null;
      throw error;
    }
    this.#lost = null;
    let failure: unknown;
    socket.on("data", (chunk) => {
      if (this.#socket === socket) sink.data(new Uint8Array(chunk));
    });
    socket.on("error", (error) => {
      failure = error;
    });
    // A half-closed connection brings no more answers, so the end counts as the loss.
    socket.on("end", () => this.#lose(socket, sink, failure));
    socket.on("close", () => this.#lose(socket, sink, failure));
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    this.#queue.abandon(this.#closedError());
    if (socket.closed) return;
    await new Promise<void>((resolve) => {
      // Ended before destroyed, so that what was written still arrives; but not waiting for an end that does not read.
      const cancel = this.clock.after(CLOSE_TIMEOUT_MS, () => socket.destroy());
      socket.once("close", () => {
        cancel();
        resolve();
      });
      socket.end(() => socket.destroy());
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const timeoutMs = this.#writeTimeoutMs;
    const limit = {
      clock: this.clock,
      timeoutMs,
      timeoutError: () =>
        new EspError("port.write-timeout", `${this.info.path} did not take the data within ${timeoutMs / 1000} s.`, {
          hint: "Check that the program at the other end is still running.",
        }),
    };
    return this.#queue.run(limit, () => {
      const socket = this.#socket;
      if (socket === null) throw this.#lost ?? this.#closedError();
      return new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(lostError(this.info.path, error, LOST_HINT));
        });
      });
    });
  }

  async setBaudRate(_baudRate: number): Promise<void> {
    if (this.#socket === null) throw this.#lost ?? this.#closedError();
  }

  async setLines(): Promise<void> {
    if (this.#socket === null) throw this.#lost ?? this.#closedError();
    throw linesError(this.info.path, undefined);
  }

  #closedError(): EspError {
    return new EspError("port.closed", `The port ${this.info.path} is not open.`);
  }

  #lose(socket: Socket, sink: PortSink, cause: unknown): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#lost = lostError(this.info.path, cause, LOST_HINT);
    this.#queue.abandon(this.#lost);
    socket.destroy();
    sink.lost(this.#lost);
  }
}
