import { EspError } from "../../core/errors.ts";
import { linesError } from "../../core/port/port-errors.ts";
import type { OpenDevice } from "../../core/port/transport.ts";
import type { SerialBindingPort } from "../system/serial-binding.ts";
import { isGone, lineFailure } from "../system/serial-errors.ts";
import type { LineHelper } from "./line-helper.ts";

/** How far a driver's real baud rate may be off before a UART loses bits: 3 %. */
const BAUD_TOLERANCE = 0.03;

export interface SerialDeviceOptions {
  readonly path: string;
  /** The driver tells what rate it has really set. */
  readonly reportsBaudRate: boolean;
  readonly startLineHelper: (fd: number) => Promise<LineHelper | null>;
}

type Lines = { readonly dtr: boolean; readonly rts: boolean };

/** A serial port of the system while it is open. What it throws and is no `EspError` means that the device is gone. */
export class SerialDevice implements OpenDevice {
  readonly #binding: SerialBindingPort;
  readonly #options: SerialDeviceOptions;
  #helper: LineHelper | null = null;
  #isClosed = false;

  constructor(binding: SerialBindingPort, options: SerialDeviceOptions) {
    this.#binding = binding;
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#helper?.close();
    await this.#binding.close();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#binding.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.#binding.drain();
    try {
      await this.#binding.update({ baudRate });
    } catch (error) {
      throw isGone(error) ? error : this.#baudError(baudRate, error);
    }
    const actual = await this.#actualBaudRate();
    if (actual !== null && Math.abs(actual - baudRate) > baudRate * BAUD_TOLERANCE)
      throw this.#baudError(baudRate, new Error(`The driver set ${actual} baud.`));
  }

  async setLines(lines: Lines): Promise<void> {
    if (this.#helper !== null) return this.#setLinesByHelper(this.#helper, lines);
    try {
      // The library writes every line in each call, so all of them are named. Low latency: an FTDI adapter otherwise
      // holds received bytes back for up to 16 ms, and the library would clear the flag if somebody had set it.
      await this.#binding.set({ brk: false, cts: false, dsr: false, ...lines, lowLatency: true });
    } catch (error) {
      await this.#goRound(error, lines);
    }
  }

  /** What is left to do where the library cannot set the lines. */
  async #goRound(error: unknown, lines: Lines): Promise<void> {
    const failure = lineFailure(error instanceof Error ? error.message : String(error));
    if (failure === "gone") throw error;
    const { fd } = this.#binding;
    if (failure !== "no-break" || typeof fd !== "number") throw linesError(this.#options.path, error);
    const helper = await this.#options.startLineHelper(fd);
    if (helper === null) {
      throw linesError(
        this.#options.path,
        error,
        "Install perl or python3, which set the lines of this port where the serial library cannot.",
      );
    }
    // Closed while the helper was starting: it holds the device and must go, too.
    if (this.#isClosed) return helper.close();
    this.#helper = helper;
    await this.#setLinesByHelper(helper, lines);
  }

  async #setLinesByHelper(helper: LineHelper, lines: Lines): Promise<void> {
    const systemError = await helper.set(lines);
    if (systemError === 0) return;
    const error = new Error(`System error ${systemError}.`);
    // errno: EINVAL 22, ENOTTY 25 (fact sheet 2.3).
    throw systemError === 22 || systemError === 25 ? linesError(this.#options.path, error) : error;
  }

  #baudError(baudRate: number, cause: unknown): EspError {
    const { path } = this.#options;
    return new EspError("port.baud-unsupported", `The driver of ${path} does not accept ${baudRate} baud.`, {
      hint: "Choose a lower or a more common rate, such as 460800 or 115200.",
      details: { baudRate },
      cause,
    });
  }

  async #actualBaudRate(): Promise<number | null> {
    if (!this.#options.reportsBaudRate) return null;
    try {
      const { baudRate } = await this.#binding.getBaudRate();
      return baudRate > 0 ? baudRate : null;
    } catch {
      return null;
    }
  }
}
