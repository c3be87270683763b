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
import type { Port } from "../../core/port/port.ts";
import { closedError, linesError } from "../../core/port/port-errors.ts";
import { portOver } from "../../core/port/port-over.ts";
import type { OpenDevice, TransportEvents } from "../../core/port/transport.ts";
import { CONNECT_TIMEOUT_MS, startConnecting, whenConnected } from "../tcp/connect-socket.ts";
import { formatAddress } from "../tcp/socket-address.ts";
import { endSocket, tellEnd } from "../tcp/socket-life.ts";
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
  const { clock = systemClock, connectTimeoutMs = CONNECT_TIMEOUT_MS } = checkNetworkOptions(options, "options");
  const remote = parseRfc2217Url(url);
  return portOver({
    info: { path: url, network: "rfc2217" },
    capabilities: { lines: true, atomicLines: false, baud: true },
    clock,
    timeouts: { settingMs: WRITE_TIMEOUT_MS + remote.timeoutMs },
    hints: { timeout: "Check the network and that the RFC 2217 server is still running." },
    open: async ({ baudRate }, events) => {
      const socket = startConnecting(remote.address);
      events.signal.addEventListener("abort", () => socket.destroy());
      await whenConnected(socket, {
        address: remote.address,
        clock,
        timeoutMs: connectTimeoutMs,
        closedError: () => closedError(url),
      });
      const connection = new Connection(socket, { url, remote, clock, events });
      await connection.begin(baudRate);
      return connection;
    },
  });
}

type Lines = { readonly dtr: boolean; readonly rts: boolean };

interface ConnectionOptions {
  readonly url: string;
  readonly remote: Rfc2217Address;
  readonly clock: Clock;
  readonly events: TransportEvents;
}

/** A conversation with a server. */
class Connection implements OpenDevice {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #server: string;
  readonly #client: Rfc2217Client;
  /** Until all is agreed upon its failure is what `begin` throws, and no loss. */
  #isOpen = false;
  /** As the server confirmed them, or null when nobody knows. */
  #lines: Lines | null = null;
  #linesChangedAt = Number.NEGATIVE_INFINITY;

  constructor(socket: Socket, options: ConnectionOptions) {
    const { remote, clock, events } = options;
    this.#socket = socket;
    this.#options = options;
    this.#server = formatAddress(remote.address);
    this.#client = new Rfc2217Client({
      socket,
      clock,
      server: this.#server,
      timeoutMs: remote.timeoutMs,
      onData: events.data,
    });
    socket.on("data", (chunk) => this.#client.receive(chunk));
    tellEnd(socket, (cause) => this.#lose(cause));
  }

  async begin(baudRate: number): Promise<void> {
    try {
      await this.#client.negotiate();
      await this.#configure(baudRate);
      this.#isOpen = true;
    } catch (error) {
      this.#socket.destroy();
      throw error;
    }
  }

  /** All settings in one go: one round trip for the five of them. */
  async #configure(baudRate: number): Promise<void> {
    const settings = [baudRateSetting(baudRate), ...LINE_FORMAT];
    if (this.#options.remote.ignoresControlAnswers) this.#client.tell([NO_FLOW_CONTROL]);
    else settings.push(NO_FLOW_CONTROL);
    const [actual = 0, ...answers] = await this.#client.ask(settings);
    this.#checkBaudRate(baudRate, actual);
    const refused = settings.slice(1).find(({ value }, index) => answers[index] !== value);
    if (refused === undefined) return;
    throw new EspError("port.failed", `The server at ${this.#server} does not set the ${refused.name} of its port.`, {
      hint:
        refused === NO_FLOW_CONTROL
          ? "Add ?ign_set_control to the address, for servers that confirm such changes wrongly."
          : "Let the server use 8 data bits, no parity and 1 stop bit.",
      details: { path: this.#options.url, setting: refused.name, wanted: refused.value },
    });
  }

  async close(): Promise<void> {
    const { clock, url } = this.#options;
    this.#client.abandon(closedError(url));
    const settleMs = this.#linesChangedAt + LINES_SETTLE_MS - clock.now();
    if (settleMs > 0 && !this.#socket.destroyed) await sleep(clock, settleMs);
    // The server's own end is waited for: only then will it take the next client.
    await endSocket(this.#socket, clock, () => this.#socket.end());
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#client.write(bytes);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const [actual = 0] = await this.#client.ask([baudRateSetting(baudRate)]);
    this.#checkBaudRate(baudRate, actual);
  }

  async setLines(lines: Lines): Promise<void> {
    const settings = lineChanges(this.#lines, lines);
    if (settings.length === 0) return;
    this.#lines = null;
    this.#linesChangedAt = this.#options.clock.now();
    if (this.#options.remote.ignoresControlAnswers) {
      this.#client.tell(settings);
    } else {
      const answers = await this.#client.ask(settings);
      if (settings.some(({ value }, index) => answers[index] !== value)) throw linesError(this.#options.url, undefined);
    }
    this.#lines = { dtr: lines.dtr, rts: lines.rts };
  }

  #checkBaudRate(wanted: number, actual: number): void {
    if (Math.abs(actual - wanted) <= wanted * BAUD_TOLERANCE) return;
    throw new EspError(
      "port.baud-unsupported",
      `The port at ${this.#server} does not accept ${wanted} baud; it has ${actual}.`,
      {
        hint: "Choose a lower or a more common rate, such as 460800 or 115200.",
        details: { path: this.#options.url, wanted, actual },
      },
    );
  }

  #lose(cause: unknown): void {
    if (this.#isOpen) {
      const error = connectionLost(this.#server, cause);
      this.#client.abandon(error);
      this.#options.events.lost(error);
      return;
    }
    this.#client.abandon(
      new EspError("port.busy", `The RFC 2217 server at ${this.#server} hung up at once.`, {
        hint: "It may serve one client at a time; close the other one. Its own port may be missing, too.",
        details: { path: this.#options.url },
        cause,
      }),
    );
  }
}

/** What has to be said to get there: DTR first, the order in which the reference changes them (fact sheet 2.3). */
function lineChanges(before: Lines | null, wanted: Lines): Setting[] {
  return [
    ...(before?.dtr === wanted.dtr ? [] : [dtrSetting(wanted.dtr)]),
    ...(before?.rts === wanted.rts ? [] : [rtsSetting(wanted.rts)]),
  ];
}
