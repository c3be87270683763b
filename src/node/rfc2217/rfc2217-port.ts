// Shelf: `rfc2217://`: Telnet with the options for serial ports.
// In: host and port, options of the URL.
// Out: a `Port` with lines and rates.

import type { Socket } from "node:net";
import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkText } from "../../core/check/values.ts";
import { type Clock, sleep, systemClock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import { checkClock } from "../../core/port/check-port.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../core/port/port.ts";
import { OperationQueue } from "../port/operation-queue.ts";
import { linesError } from "../system/serial-errors.ts";
import { CONNECT_TIMEOUT_MS, startConnecting, whenConnected } from "../tcp/connect-socket.ts";
import { formatAddress } from "../tcp/socket-address.ts";
import { parseRfc2217Url, type Rfc2217Address } from "./rfc2217-address.ts";
import { connectionLost, Rfc2217Client } from "./rfc2217-client.ts";
import {
  baudRateSetting,
  dtrSetting,
  LINE_FORMAT,
  NO_FLOW_CONTROL,
  rtsSetting,
  type Setting,
} from "./rfc2217-settings.ts";

/** The reference's write timeout (fact sheet 2.2). */
const WRITE_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;
/**
 * How long the connection stays after a change of the lines. The reference's server carries a reset out beside the
 * conversation (a pulse of 100 ms, fact sheet 9) and lets go of the lines when the client leaves: leaving at once would
 * cut the reset short.
 */
const LINES_SETTLE_MS = 200;
/** How far a server's real baud rate may be off before a UART loses bits: 3 %. */
const BAUD_TOLERANCE = 0.03;

export interface Rfc2217PortOptions {
  /** Real time unless given; the network does not know any other. */
  readonly clock?: Clock | undefined;
  /** Default 5000. */
  readonly connectTimeoutMs?: number | undefined;
}

const checkNetworkOptions: Check<Rfc2217PortOptions> = shape<Rfc2217PortOptions>({
  clock: optional(checkClock),
  connectTimeoutMs: optional(checkMilliseconds),
});

/**
 * A serial port at the other end of the network, by RFC 2217: `rfc2217://host:port[?option[&option...]]`, with
 * pyserial's options: `ign_set_control`, `timeout=SECONDS`; `logging=LEVEL` and `poll_modem` are taken and do nothing.
 *
 * Everything is agreed upon and set once, when the port is opened. After that a command costs no message but its own
 * bytes. A line that has the wanted state already is not set again: a server that recognises resets takes every release
 * of RTS for one (fact sheet 9).
 *
 * `open` throws `port.missing`, `port.busy` and the like when there is no connection, `port.unsupported` when the server
 * does not speak RFC 2217, `port.failed` when it does not confirm or refuses a setting. Throws `argument.invalid` for an
 * address that is none.
 *
 * @example
 * const port = createRfc2217Port("rfc2217://192.168.1.5:2217?ign_set_control");
 */
export function createRfc2217Port(url: string, options: Rfc2217PortOptions = {}): Port {
  checkText(url, "url");
  const wanted = checkNetworkOptions(options, "options");
  return new Rfc2217Port({ path: url, network: "rfc2217" }, parseRfc2217Url(url), wanted);
}

type Lines = { readonly dtr: boolean; readonly rts: boolean };

/** What lives from `open` to `close` or to the loss of the connection. */
interface Connection {
  readonly socket: Socket;
  readonly client: Rfc2217Client;
  readonly sink: PortSink;
  /** Until the port is open its failure is what `open` throws, and no loss. */
  isOpen: boolean;
  /** As the server confirmed them, or null when nobody knows. */
  lines: Lines | null;
  linesChangedAt: number;
}

class Rfc2217Port implements Port {
  readonly info: PortInfo;
  readonly clock: Clock;
  readonly #remote: Rfc2217Address;
  readonly #server: string;
  readonly #connectTimeoutMs: number;
  readonly #queue: OperationQueue = new OperationQueue();
  #connection: Connection | null = null;
  #closing: Promise<void> = Promise.resolve();
  #lost: EspError | null = null;
  #hasLines = true;

  constructor(info: PortInfo, remote: Rfc2217Address, options: Rfc2217PortOptions) {
    this.info = info;
    this.#remote = remote;
    this.#server = formatAddress(remote.address);
    this.clock = options.clock ?? systemClock;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  get capabilities(): PortCapabilities {
    return { lines: this.#hasLines, atomicLines: false, baud: true };
  }

  async open({ baudRate }: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#connection !== null)
      throw new EspError("port.busy", `The port ${this.info.path} is already open.`, { hint: "Close it first." });
    const connection = this.#connect(sink);
    this.#connection = connection;
    this.#hasLines = true;
    try {
      await whenConnected(connection.socket, {
        address: this.#remote.address,
        clock: this.clock,
        timeoutMs: this.#connectTimeoutMs,
        closedError: () => this.#closedError(),
      });
      this.#listen(connection);
      await connection.client.negotiate();
      await this.#configure(connection.client, baudRate);
    } catch (error) {
      if (this.#connection === connection) this.#connection = null;
      connection.socket.destroy();
      throw error;
    }
    // Closed from this side between the last answer and now.
    if (this.#connection !== connection) throw this.#closedError();
    connection.isOpen = true;
    this.#lost = null;
  }

  #connect(sink: PortSink): Connection {
    const socket = startConnecting(this.#remote.address);
    const client = new Rfc2217Client({
      socket,
      clock: this.clock,
      server: this.#server,
      timeoutMs: this.#remote.timeoutMs,
      onData: (bytes) => {
        if (this.#connection?.socket === socket) sink.data(bytes);
      },
    });
    return { socket, client, sink, isOpen: false, lines: null, linesChangedAt: Number.NEGATIVE_INFINITY };
  }

  #listen(connection: Connection): void {
    const { socket, client } = connection;
    let failure: unknown;
    socket.on("data", (chunk) => client.receive(chunk));
    socket.on("error", (error) => {
      failure = error;
    });
    // A half-closed connection brings no more answers, so the end counts as the loss.
    socket.on("end", () => this.#lose(connection, failure));
    socket.on("close", () => this.#lose(connection, failure));
  }

  /** All settings in one go: one round trip for the five of them. */
  async #configure(client: Rfc2217Client, baudRate: number): Promise<void> {
    const settings = [baudRateSetting(baudRate), ...LINE_FORMAT];
    if (this.#remote.ignoresControlAnswers) client.tell([NO_FLOW_CONTROL]);
    else settings.push(NO_FLOW_CONTROL);
    const [actual = 0, ...answers] = await client.ask(settings);
    this.#checkBaudRate(baudRate, actual);
    const refused = settings.slice(1).find(({ value }, index) => answers[index] !== value);
    if (refused === undefined) return;
    throw new EspError("port.failed", `The server at ${this.#server} does not set the ${refused.name} of its port.`, {
      hint:
        refused === NO_FLOW_CONTROL
          ? "Add ?ign_set_control to the address, for servers that confirm such changes wrongly."
          : "Let the server use 8 data bits, no parity and 1 stop bit.",
      details: { path: this.info.path, setting: refused.name, wanted: refused.value },
    });
  }

  close(): Promise<void> {
    const connection = this.#connection;
    if (connection !== null) {
      this.#connection = null;
      const error = this.#closedError();
      this.#queue.abandon(error);
      connection.client.abandon(error);
      this.#closing = this.#hangUp(connection);
    }
    return this.#closing;
  }

  async #hangUp({ socket, isOpen, linesChangedAt }: Connection): Promise<void> {
    if (!isOpen) {
      socket.destroy();
      return;
    }
    const settleMs = linesChangedAt + LINES_SETTLE_MS - this.clock.now();
    if (settleMs > 0) await sleep(this.clock, settleMs);
    if (socket.closed) return;
    await new Promise<void>((resolve) => {
      // The server's own end is waited for: only then will it take the next client.
      const cancel = this.clock.after(CLOSE_TIMEOUT_MS, () => socket.destroy());
      socket.once("close", () => {
        cancel();
        resolve();
      });
      socket.end();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#run(WRITE_TIMEOUT_MS, ({ client }) => client.write(bytes));
  }

  setBaudRate(baudRate: number): Promise<void> {
    return this.#run(WRITE_TIMEOUT_MS + this.#remote.timeoutMs, async ({ client }) => {
      const [actual = 0] = await client.ask([baudRateSetting(baudRate)]);
      this.#checkBaudRate(baudRate, actual);
    });
  }

  setLines(lines: Lines): Promise<void> {
    return this.#run(WRITE_TIMEOUT_MS + this.#remote.timeoutMs, async (connection) => {
      if (!this.#hasLines) throw linesError(this.info.path, undefined);
      const settings = lineChanges(connection.lines, lines);
      if (settings.length === 0) return;
      connection.lines = null;
      connection.linesChangedAt = this.clock.now();
      if (this.#remote.ignoresControlAnswers) {
        connection.client.tell(settings);
      } else {
        const answers = await connection.client.ask(settings);
        if (settings.some(({ value }, index) => answers[index] !== value)) {
          this.#hasLines = false;
          throw linesError(this.info.path, undefined);
        }
      }
      connection.lines = { dtr: lines.dtr, rts: lines.rts };
    });
  }

  #checkBaudRate(wanted: number, actual: number): void {
    if (Math.abs(actual - wanted) <= wanted * BAUD_TOLERANCE) return;
    throw new EspError(
      "port.baud-unsupported",
      `The port at ${this.#server} does not accept ${wanted} baud; it has ${actual}.`,
      {
        hint: "Choose a lower or a more common rate, such as 460800 or 115200.",
        details: { path: this.info.path, wanted, actual },
      },
    );
  }

  #run<T>(timeoutMs: number, operation: (connection: Connection) => Promise<T>): Promise<T> {
    const limit = {
      clock: this.clock,
      timeoutMs,
      timeoutError: () =>
        new EspError("port.write-timeout", `${this.info.path} did not take the data within ${timeoutMs / 1000} s.`, {
          hint: "Check the network and that the RFC 2217 server is still running.",
        }),
    };
    return this.#queue.run(limit, async () => {
      const connection = this.#connection;
      if (connection === null || !connection.isOpen) throw this.#lost ?? this.#closedError();
      return operation(connection);
    });
  }

  #closedError(): EspError {
    return new EspError("port.closed", `The port ${this.info.path} is not open.`);
  }

  #lose(connection: Connection, cause: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    connection.socket.destroy();
    if (!connection.isOpen) {
      connection.client.abandon(
        new EspError("port.busy", `The RFC 2217 server at ${this.#server} hung up at once.`, {
          hint: "It may serve one client at a time; close the other one. Its own port may be missing, too.",
          details: { path: this.info.path },
          cause,
        }),
      );
      return;
    }
    this.#lost = connectionLost(this.#server, cause);
    connection.client.abandon(this.#lost);
    this.#queue.abandon(this.#lost);
    connection.sink.lost(this.#lost);
  }
}

/** What has to be said to get there: DTR first, the order in which the reference changes them (fact sheet 2.3). */
function lineChanges(before: Lines | null, wanted: Lines): Setting[] {
  return [
    ...(before?.dtr === wanted.dtr ? [] : [dtrSetting(wanted.dtr)]),
    ...(before?.rts === wanted.rts ? [] : [rtsSetting(wanted.rts)]),
  ];
}
