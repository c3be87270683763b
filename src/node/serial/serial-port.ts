// Shelf: serial ports.
// In: a device path.
// Out: a `Port`.

import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds } from "../../core/check/numbers.ts";
import { type Shape, shape } from "../../core/check/shapes.ts";
import { checkFunction, checkObject } from "../../core/check/values.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { EspError, toEspError } from "../../core/errors.ts";
import { checkClock, checkPortInfo } from "../../core/port/check-port.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../core/port/port.ts";
import { listPorts } from "../list/list-ports.ts";
import { OperationQueue } from "../port/operation-queue.ts";
import { type SerialPlatform, serialPlatform } from "../system/platform.ts";
import { loadSerialBinding, type SerialBinding, type SerialBindingPort } from "../system/serial-binding.ts";
import { isGone, lineFailure, linesError, lostError, openError } from "../system/serial-errors.ts";
import { followPort } from "./follow-port.ts";
import { type LineHelper, startLineHelper } from "./line-helper.ts";
import { readSerialPort } from "./serial-reader.ts";

/** The reference's write timeout (fact sheet 2.2). */
const OPERATION_TIMEOUT_MS = 10_000;

/** How far a driver's real baud rate may be off before a UART loses bits: 3 %. */
const BAUD_TOLERANCE = 0.03;

export interface SerialPortOptions {
  readonly clock?: Clock | undefined;
  /** How long the system may take to accept data. Default 10 000. */
  readonly writeTimeoutMs?: number | undefined;
  readonly platform?: SerialPlatform | undefined;
  /** Loads the serial library; the npm package `serialport` unless given. */
  readonly load?: (() => Promise<SerialBinding>) | undefined;
  /** The ports of this computer; for finding a device again that comes back under another path. */
  readonly list?: (() => Promise<readonly PortInfo[]>) | undefined;
  /** Starts the way round a driver without break signals; see line-helper.ts. */
  readonly startLineHelper?: ((fd: number) => Promise<LineHelper | null>) | undefined;
}

export const SERIAL_OPTIONS: Shape<SerialPortOptions> = {
  clock: optional(checkClock),
  writeTimeoutMs: optional(checkMilliseconds),
  platform: optional(checkObject),
  load: optional(checkFunction),
  list: optional(checkFunction),
  startLineHelper: optional(checkFunction),
};
const checkSerialOptions: Check<SerialPortOptions> = shape(SERIAL_OPTIONS);

/**
 * A serial port of this computer, over the optional package `serialport`, which is loaded when the port is opened.
 *
 * What the operating systems make of "opens without touching the lines": Linux and macOS assert DTR and RTS together
 * when they open a port, and release both together when it is closed; Windows opens with both released. Both
 * together do nothing on the usual reset circuit. A change of the baud rate throws received bytes away that were not
 * read yet.
 *
 * @example
 * const port = createSerialPort({ path: "/dev/ttyUSB0" });
 * await port.open({ baudRate: 115200 }, { data: (bytes) => {}, lost: (error) => {} });
 */
export function createSerialPort(info: PortInfo, options: SerialPortOptions = {}): Port {
  checkPortInfo(info, "info");
  const wanted = checkSerialOptions(options, "options");
  return new SerialPort(info, wanted);
}

/** What lives from `open` to `close` or to the loss of the device. */
interface OpenPort {
  readonly binding: SerialBindingPort;
  readonly sink: PortSink;
  helper: LineHelper | null;
}

class SerialPort implements Port {
  /** Changes when the device comes back under another path. */
  info: PortInfo;
  readonly clock: Clock;
  readonly #platform: SerialPlatform;
  readonly #options: SerialPortOptions;
  readonly #queue: OperationQueue = new OperationQueue();
  #open: OpenPort | null = null;
  #opening: Promise<void> | null = null;
  /** Letting go of the device takes a moment; nobody may open it again before that is over. */
  #releasing: Promise<void> = Promise.resolve();
  #lost: EspError | null = null;
  #lines = true;
  #wasOpen = false;

  constructor(info: PortInfo, options: SerialPortOptions) {
    this.info = info;
    this.clock = options.clock ?? systemClock;
    this.#platform = options.platform ?? serialPlatform();
    this.#options = options;
  }

  get capabilities(): PortCapabilities {
    return { lines: this.#lines, atomicLines: this.#platform.atomicLines, baud: true };
  }

  async open(options: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#open !== null || this.#opening !== null) {
      throw new EspError("port.busy", `The port ${this.info.path} is already open.`, { hint: "Close it first." });
    }
    this.#opening = this.#openDevice(options.baudRate, sink);
    try {
      await this.#opening;
    } finally {
      this.#opening = null;
    }
  }

  async #openDevice(baudRate: number, sink: PortSink): Promise<void> {
    await this.#releasing;
    if (this.#wasOpen) this.info = await this.#whereItIs();
    const library = await (this.#options.load ?? loadSerialBinding)();
    const path = this.#platform.nativePath(this.info.path);
    let binding: SerialBindingPort;
    try {
      binding = await library.open({ path, baudRate, lock: true, hupcl: false });
    } catch (error) {
      throw await openError(error, this.info.path, this.#platform);
    }
    const open: OpenPort = { binding, sink, helper: null };
    this.#open = open;
    this.#wasOpen = true;
    this.#lost = null;
    this.#lines = true;
    void readSerialPort({
      clock: this.clock,
      port: binding,
      active: () => this.#open === open,
      onData: (bytes) => sink.data(bytes),
      onGone: (cause) => this.#lose(cause),
    });
  }

  /** A chip with its own USB port leaves the bus at every reset and may come back elsewhere. */
  async #whereItIs(): Promise<PortInfo> {
    const ports = await (this.#options.list ?? listPorts)().catch(() => []);
    // Not found: opening the old path says what is wrong.
    return followPort(this.info, ports) ?? this.info;
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    this.#letGo(new EspError("port.closed", `The port ${this.info.path} was closed.`));
    await this.#releasing;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#run(
      (open) =>
        open.binding
          .write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
          .catch((error: unknown) => this.#broken(open, error)),
      this.#options.writeTimeoutMs,
    );
  }

  setBaudRate(baudRate: number): Promise<void> {
    return this.#run(async (open) => {
      const { binding } = open;
      await binding.drain().catch((error: unknown) => this.#broken(open, error));
      try {
        await binding.update({ baudRate });
      } catch (error) {
        if (isGone(error)) this.#broken(open, error);
        throw this.#baudError(baudRate, error);
      }
      const actual = await this.#actualBaudRate(binding);
      if (actual !== null && Math.abs(actual - baudRate) > baudRate * BAUD_TOLERANCE) {
        throw this.#baudError(baudRate, new Error(`The driver set ${actual} baud.`));
      }
    });
  }

  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    return this.#run(async (open) => {
      if (!this.#lines) throw linesError(this.info.path, undefined);
      if (open.helper !== null) return this.#setLinesByHelper(open, open.helper, lines);
      try {
        // The library writes every line in each call, so all of them are named. Low latency: an FTDI adapter otherwise
        // holds received bytes back for up to 16 ms, and the library would clear the flag if somebody had set it.
        await open.binding.set({ brk: false, cts: false, dsr: false, ...lines, lowLatency: true });
      } catch (error) {
        await this.#lineError(open, error, lines);
      }
    });
  }

  async #lineError(open: OpenPort, error: unknown, lines: { dtr: boolean; rts: boolean }): Promise<void> {
    const failure = lineFailure(error instanceof Error ? error.message : String(error));
    if (failure === "gone") this.#broken(open, error);
    const { fd } = open.binding;
    if (failure === "no-break" && typeof fd === "number") {
      const helper = await (this.#options.startLineHelper ?? startLineHelper)(fd);
      if (helper !== null) {
        // Closed while the helper was starting: it holds the device and must go, too.
        if (this.#open !== open) return helper.close();
        open.helper = helper;
        return this.#setLinesByHelper(open, helper, lines);
      }
      throw this.#noLines(
        error,
        "Install perl or python3, which set the lines of this port where the serial library cannot.",
      );
    }
    throw this.#noLines(error);
  }

  async #setLinesByHelper(open: OpenPort, helper: LineHelper, lines: { dtr: boolean; rts: boolean }): Promise<void> {
    const systemError = await helper.set(lines).catch((error: unknown) => this.#broken(open, error));
    // errno: EINVAL 22, ENOTTY 25 (fact sheet 2.3).
    if (systemError === 22 || systemError === 25) throw this.#noLines(new Error(`System error ${systemError}.`));
    if (systemError !== 0) this.#broken(open, new Error(`System error ${systemError}.`));
  }

  #noLines(cause: unknown, hint?: string): EspError {
    this.#lines = false;
    const error = linesError(this.info.path, cause);
    return hint === undefined
      ? error
      : new EspError(error.code, error.message, { hint, details: error.details, cause });
  }

  #baudError(baudRate: number, cause: unknown): EspError {
    return new EspError("port.baud-unsupported", `The driver of ${this.info.path} does not accept ${baudRate} baud.`, {
      hint: "Choose a lower or a more common rate, such as 460800 or 115200.",
      details: { baudRate },
      cause,
    });
  }

  async #actualBaudRate(binding: SerialBindingPort): Promise<number | null> {
    if (!this.#platform.reportsBaudRate) return null;
    try {
      const { baudRate } = await binding.getBaudRate();
      return baudRate > 0 ? baudRate : null;
    } catch {
      return null;
    }
  }

  #run<T>(operation: (open: OpenPort) => Promise<T>, timeoutMs: number = OPERATION_TIMEOUT_MS): Promise<T> {
    const { path } = this.info;
    const limit = {
      clock: this.clock,
      timeoutMs,
      timeoutError: () =>
        new EspError("port.write-timeout", `The port ${path} did not take the data within ${timeoutMs / 1000} s.`, {
          hint: "Check the adapter; unplug it and plug it in again.",
        }),
    };
    return this.#queue.run(limit, async () => {
      if (this.#open === null) throw this.#lost ?? this.#closedError();
      return operation(this.#open);
    });
  }

  #closedError(): EspError {
    return new EspError("port.closed", `The port ${this.info.path} is not open.`);
  }

  /** An operation failed because the device is gone. */
  #broken(open: OpenPort, cause: unknown): never {
    if (this.#open === open) throw this.#lose(cause);
    throw this.#lost ?? toEspError(cause, "port.closed");
  }

  #lose(cause: unknown): EspError {
    const error = lostError(this.info.path, cause);
    const sink = this.#open?.sink;
    this.#lost = error;
    this.#letGo(error);
    sink?.lost(error);
    return error;
  }

  /** Frees the device node at once: a chip that comes back shall get the same name again. */
  #letGo(error: EspError): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#queue.abandon(error);
    this.#releasing = (async () => {
      await open.helper?.close();
      await open.binding.close().catch(() => {});
    })();
  }
}
