// Shelf: `Transport`: a port that stays the page's own between sessions.
// In: a port that the page was granted.
// Out: bytes, lines, and a `Port` while a session borrows it.

import { checkBytes } from "../../core/check/bytes.ts";
import { type Check, optional } from "../../core/check/check.ts";
import { checkBaudRate, checkMilliseconds } from "../../core/check/numbers.ts";
import { hasParts, shape } from "../../core/check/shapes.ts";
import { checkFunction, checkRecord, checkText } from "../../core/check/values.ts";
import { slipEncode } from "../../core/wire/slip.ts";
import { type Clock, EspError, systemClock } from "../../index.ts";
import { isPassingReadError } from "../../web/web-serial-errors.ts";
import { joined, RawInput } from "./raw-input.ts";
import type { SerialDevice, SerialOptions } from "./serial-device.ts";
import { SharedDevice, type Signals } from "./shared-device.ts";
import { hexRows, TraceLog } from "./trace-log.ts";

export interface TransportOptions {
  /** The time in which the transport waits. */
  readonly clock?: Clock | undefined;
}

/** What a loader needs of its transport, and no page. */
interface Inside {
  readonly shared: SharedDevice;
  readonly clock: Clock;
  /** Ends the session that has the streams; null while none has. */
  leave: (() => Promise<void>) | null;
}

const INSIDES = new WeakMap<object, Inside>();

export function insideOf(transport: Transport): Inside {
  const inside = INSIDES.get(transport);
  if (inside !== undefined) return inside;
  throw new EspError("argument.invalid", "The loader's transport is no Transport of esptool-ts/compat.", {
    hint: "Import Transport and ESPLoader from the same package.",
  });
}

const checkDevice: Check<SerialDevice> = hasParts<SerialDevice>(
  "a port of the Web Serial API, as navigator.serial gives it",
  { getInfo: checkFunction, open: checkFunction, close: checkFunction },
);
const checkOptions: Check<TransportOptions> = shape<TransportOptions>({
  clock: optional(hasParts<Clock>("a clock", { now: checkFunction, after: checkFunction })),
});

type Reader = ReturnType<NonNullable<SerialDevice["readable"]>["getReader"]>;

/**
 * A port of the Web Serial API, for the page itself and for an `ESPLoader`, with the members that `Transport` of esptool-js
 * has. It does not open the port until `connect`, or until the loader does.
 *
 * @example
 * const transport = new Transport(await navigator.serial.requestPort());
 */
export class Transport<Device extends SerialDevice = SerialDevice> {
  device: Device;
  tracing: boolean;
  slipReaderEnabled: boolean;
  readonly #shared: SharedDevice;
  readonly #clock: Clock;
  readonly #input: RawInput;
  readonly #trace: TraceLog;
  #reader: Reader | null = null;
  #reading: Promise<void> | null = null;

  constructor(device: Device, tracing = false, enableSlipReader = true, options: TransportOptions = {}) {
    checkDevice(device, "device");
    const { clock } = checkOptions(options, "options");
    this.device = device;
    this.tracing = tracing;
    this.slipReaderEnabled = enableSlipReader;
    this.#shared = new SharedDevice(device);
    this.#clock = clock ?? systemClock;
    this.#input = new RawInput(this.#clock);
    this.#trace = new TraceLog(this.#clock);
    INSIDES.set(this, { shared: this.#shared, clock: this.#clock, leave: null });
  }

  get baudrate(): number {
    return this.#shared.baudRate;
  }

  /** The DTR line as last set through here. */
  get _DTR_state(): boolean {
    return this.#shared.dtr ?? false;
  }

  setDeviceLostCallback(callback: (() => void) | null): void {
    this.#shared.onLost = callback;
  }

  updateDevice(newDevice: Device): void {
    this.device = newDevice;
    this.#shared.device = newDevice;
  }

  getInfo(): string {
    const { usbVendorId, usbProductId } = this.device.getInfo();
    return usbVendorId === undefined
      ? "WebSerial"
      : `WebSerial VendorID 0x${usbVendorId.toString(16)} ProductID 0x${(usbProductId ?? 0).toString(16)}`;
  }

  getVid(): number | undefined {
    return this.device.getInfo().usbVendorId;
  }

  getPid(): number | undefined {
    return this.device.getInfo().usbProductId;
  }

  trace(message: string): void {
    this.#trace.add(checkText(message, "message"));
  }

  /** Puts all that was traced on the clipboard. Throws `output.unwritable` where there is none. */
  async returnTrace(): Promise<void> {
    await this.#trace.copy();
  }

  hexify(bytes: Uint8Array): string {
    return hexRows(checkBytes(bytes, "bytes"), false);
  }

  hexConvert(bytes: Uint8Array, autoSplit = true): string {
    return hexRows(checkBytes(bytes, "bytes"), autoSplit);
  }

  slipWriter(data: Uint8Array): Uint8Array<ArrayBuffer> {
    return slipEncode(checkBytes(data, "data"));
  }

  /** As one SLIP frame; for plain bytes there is `device.writable`. Throws `port.closed`, `session.busy`, `port.lost`. */
  async write(data: Uint8Array): Promise<void> {
    const bytes = slipEncode(checkBytes(data, "data"));
    this.#requireStreams();
    if (this.tracing) this.trace(`Write ${bytes.length} bytes: ${hexRows(bytes, true)}`);
    const writer = this.device.writable?.getWriter();
    if (writer === undefined) throw closedError();
    try {
      await writer.write(bytes);
    } catch (cause) {
      throw new EspError("port.lost", "The connection to the serial port broke.", { cause });
    } finally {
      writer.releaseLock();
    }
  }

  appendArray(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
    return joined(checkBytes(first, "first"), checkBytes(second, "second"));
  }

  /** Keeps what is received for `read`, until `disconnect`. */
  async readLoop(): Promise<void> {
    await this.rawRead(
      (bytes) => this.#input.add(bytes),
      () => false,
    );
  }

  flushInput(): void {
    this.#input.clear();
  }

  async drainInput(quietMs = 50, maxMs = 500): Promise<void> {
    const quiet = checkMilliseconds(quietMs, "quietMs");
    const most = checkMilliseconds(maxMs, "maxMs");
    this.#readInBackground();
    await this.#input.drain(quiet, most);
  }

  /** `write` has handed all of it to the system when it resolves; there is nothing that could wait here. */
  async flushOutput(): Promise<void> {
    this.#requireStreams();
  }

  inWaiting(): number {
    return this.#input.bytes.length;
  }

  peek(): Uint8Array<ArrayBuffer> {
    return this.#input.bytes.slice();
  }

  /** The next SLIP frame, or with SLIP switched off what there is. Throws `link.timeout`, which is a `TimeoutError`. */
  async read(timeout: number): Promise<Uint8Array<ArrayBuffer>> {
    checkMilliseconds(timeout, "timeout");
    this.#readInBackground();
    const bytes = await (this.slipReaderEnabled ? this.#input.frame(timeout) : this.#input.some(timeout));
    if (this.tracing) this.trace(`Read ${bytes.length} bytes: ${hexRows(bytes, true)}`);
    return bytes;
  }

  #readInBackground(): void {
    this.#requireStreams();
    // A failing port is told by the wait that nothing ends.
    if (this.#reading === null) this.readLoop().catch(() => {});
  }

  /** Ends when `isClosed` says so, the stream ends or fails, or `disconnect` is called. */
  async rawRead(onData: (data: Uint8Array) => void, isClosed: () => boolean): Promise<void> {
    this.#requireStreams();
    if (this.#reading !== null)
      throw new EspError("session.busy", "The transport is being read from already.", {
        hint: "One reader at a time: end the other one, or disconnect.",
      });
    const reading = this.#readAll(onData, isClosed);
    this.#reading = reading;
    try {
      await reading;
    } finally {
      if (this.#reading === reading) this.#reading = null;
    }
  }

  async #readAll(onData: (data: Uint8Array) => void, isClosed: () => boolean): Promise<void> {
    for (let isNoise = true; isNoise && !isClosed(); ) {
      const reader = this.device.readable?.getReader();
      if (reader === undefined) return;
      this.#reader = reader;
      isNoise = false;
      try {
        for (let part = await reader.read(); part.value !== undefined; part = await reader.read()) {
          onData(part.value);
          if (isClosed()) break;
        }
      } catch (error) {
        isNoise = isPassingReadError(error);
      } finally {
        reader.releaseLock();
        if (this.#reader === reader) this.#reader = null;
      }
    }
  }

  async #stopReading(): Promise<void> {
    await this.#reader?.cancel().catch(() => {});
    await this.#reading?.catch(() => {});
  }

  async setRTS(state: boolean): Promise<void> {
    const { dtr } = this.#shared;
    await this.#setLines({ requestToSend: state });
    // Some drivers of Windows take a change of RTS in only together with one of DTR.
    if (dtr !== null) await this.#setLines({ dataTerminalReady: dtr });
  }

  async setDTR(state: boolean): Promise<void> {
    await this.#setLines({ dataTerminalReady: state });
  }

  async setSignals(dtr?: boolean, rts?: boolean, breakSignal?: boolean): Promise<void> {
    await this.#setLines({
      ...(dtr !== undefined && { dataTerminalReady: dtr }),
      ...(rts !== undefined && { requestToSend: rts }),
      ...(breakSignal !== undefined && { break: breakSignal }),
    });
  }

  /** The page may have opened the port itself. */
  async #setLines(lines: Signals): Promise<void> {
    if (this.device.readable === null) throw closedError();
    try {
      await this.#shared.setSignals(lines);
    } catch (cause) {
      throw new EspError("port.lines-unsupported", "The serial port did not take the state of its lines.", {
        hint: "It has none, or the device is gone; press RESET on the board.",
        cause,
      });
    }
  }

  /** Opens the port and leaves its streams to the page. Throws `port.*`. */
  async connect(baud = 115_200, serialOptions: SerialOptions = {}): Promise<void> {
    this.#shared.serialOptions = copied(serialOptions);
    this.#input.clear();
    await this.#shared.openForPage(checkBaudRate(baud, "baud"));
  }

  /** True when the port was closed and opened again for that. Throws `port.*`, `session.busy`. */
  async changeBaudrate(baud: number, serialOptions?: SerialOptions): Promise<boolean> {
    checkBaudRate(baud, "baud");
    const given = serialOptions === undefined ? this.#shared.serialOptions : copied(serialOptions);
    this.#requireStreams();
    this.#shared.serialOptions = given;
    await this.#stopReading();
    return await this.#shared.changeBaudRate(baud);
  }

  /** Looks every `timeout` milliseconds whether the streams are free, and ends when they are. */
  async waitForUnlock(timeout: number): Promise<void> {
    checkMilliseconds(timeout, "timeout");
    while (isLocked(this.device.readable) || isLocked(this.device.writable))
      await new Promise<void>((resolve) => this.#clock.after(timeout, resolve));
  }

  /** Ends whatever uses the port, without a reset, and closes it. May be called at any time, and more than once. */
  async disconnect(): Promise<void> {
    await insideOf(this).leave?.();
    await this.#stopReading();
    this.#input.clear();
    await this.#shared.shut();
  }

  #requireStreams(): void {
    if (insideOf(this).leave !== null)
      throw new EspError("session.busy", "The loader has the port.", {
        hint: "Call after() of the loader first; the port is the page's then.",
      });
    if (this.device.readable === null) throw closedError();
  }
}

const copied = (options: SerialOptions): SerialOptions => ({ ...checkRecord(options, "serialOptions") });

function closedError(): EspError {
  return new EspError("port.closed", "The serial port is not open.", {
    hint: "Call connect() of the transport first.",
  });
}

function isLocked(stream: unknown): boolean {
  return (stream as { readonly locked?: boolean } | null)?.locked === true;
}
