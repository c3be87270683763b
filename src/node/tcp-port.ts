import { connect, type Socket } from "node:net";
import { type Clock, systemClock } from "../core/clock.ts";
import { type ErrorCode, EspError } from "../core/errors.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../core/port/port.ts";
import { OperationQueue } from "./operation-queue.ts";
import { linesError, lostError } from "./serial-errors.ts";
import { formatAddress, parseSocketUrl, type SocketAddress } from "./socket-address.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** The reference's write timeout (fact sheet 2.2). */
const WRITE_TIMEOUT_MS = 10_000;

export interface TcpPortOptions {
  readonly clock?: Clock;
  /** Default 5000. */
  readonly connectTimeoutMs?: number;
}

/**
 * A serial line at the other end of a plain TCP connection (`socket://host:port`, `tcp://host:port`).
 *
 * Such a connection carries bytes only: there are no lines, so the chip cannot be reset, and the baud rate is whatever
 * the other end chose, so setting it does nothing. Throws `argument.invalid` for an address that is none.
 */
export function createTcpPort(url: string, options: TcpPortOptions = {}): Port {
  return new TcpPort({ path: url }, parseSocketUrl(url), options);
}

class TcpPort implements Port {
  readonly info: PortInfo;
  readonly clock: Clock;
  readonly capabilities: PortCapabilities = { lines: false, atomicLines: false, baud: false };
  readonly #address: SocketAddress;
  readonly #connectTimeoutMs: number;
  readonly #queue: OperationQueue = new OperationQueue();
  #socket: Socket | null = null;
  #lost: EspError | null = null;

  constructor(info: PortInfo, address: SocketAddress, options: TcpPortOptions) {
    this.info = info;
    this.clock = options.clock ?? systemClock;
    this.#address = address;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  async open(_options: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#socket !== null) throw new EspError("port.busy", `The port ${this.info.path} is already open.`);
    const socket = connect({ host: this.#address.host, port: this.#address.port, noDelay: true });
    this.#socket = socket;
    try {
      await this.#connected(socket);
    } catch (error) {
      socket.destroy();
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

  #connected(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        cancel();
        socket.removeAllListeners();
        // After a timeout the socket is destroyed and may still say why; nobody waits for that any more.
        socket.on("error", () => {});
        act();
      };
      const cancel = this.clock.after(this.#connectTimeoutMs, () => {
        settle(() =>
          reject(connectError(this.#address, Object.assign(new Error("No answer in time."), { code: "ETIMEDOUT" }))),
        );
      });
      socket.once("connect", () => settle(resolve));
      socket.once("error", (error) => settle(() => reject(connectError(this.#address, error))));
      socket.once("close", () => settle(() => reject(this.#closedError())));
    });
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
    const limit = {
      clock: this.clock,
      timeoutMs: WRITE_TIMEOUT_MS,
      timeoutError: () =>
        new EspError("port.write-timeout", `${this.info.path} did not take the data within 10 seconds.`, {
          hint: "Check that the program at the other end is still running.",
        }),
    };
    return this.#queue.run(limit, () => {
      const socket = this.#socket;
      if (socket === null) throw this.#lost ?? this.#closedError();
      return new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(lostError(this.info.path, error));
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
    this.#lost = lostError(this.info.path, cause);
    this.#queue.abandon(this.#lost);
    socket.destroy();
    sink.lost(this.#lost);
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
