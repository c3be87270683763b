import type { Clock, Port } from "../../index.ts";
import { openError } from "../../web/web-serial-errors.ts";
import { type SerialPortLike, webSerialPort } from "../../web.ts";
import type { SerialDevice, SerialOptions } from "./serial-device.ts";

/** The default of 255 bytes overruns at high rates while the page is busy. */
const BUFFER_SIZE_BYTES = 65_536;

export interface Signals {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
  readonly break?: boolean;
}

/**
 * The browser's port, open from `connect` to `disconnect` whoever uses it in between: a session takes the streams and gives
 * them back, and the page may read, write and move the lines before and after it. So `close` leaves it open; `shut` closes.
 */
export class SharedDevice implements SerialPortLike {
  device: SerialDevice;
  serialOptions: SerialOptions = {};
  onLost: (() => void) | null = null;
  /** As last set through here; null: never. */
  dtr: boolean | null = null;
  rts: boolean | null = null;
  #baudRate = 0;

  constructor(device: SerialDevice) {
    this.device = device;
  }

  get readable(): SerialDevice["readable"] {
    return this.device.readable;
  }
  get writable(): SerialDevice["writable"] {
    return this.device.writable;
  }
  get connected(): boolean | undefined {
    return this.device.connected;
  }
  /** 0 while it is not open. */
  get baudRate(): number {
    return this.#baudRate;
  }

  /** The same as a port of the library. */
  asPort(clock: Clock): Port {
    return webSerialPort(this, { clock });
  }

  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    if (this.#baudRate !== 0 && this.readable !== null) await this.changeBaudRate(baudRate);
    else {
      // A device that was lost counts as open until it is closed.
      if (this.#baudRate !== 0) await this.shut();
      await this.#open(baudRate);
    }
  }

  async #open(baudRate: number): Promise<void> {
    const given = Object.entries(this.serialOptions).filter(([, value]) => value !== undefined);
    await this.device.open({ bufferSize: BUFFER_SIZE_BYTES, ...Object.fromEntries(given), baudRate });
    this.#baudRate = baudRate;
    this.device.addEventListener("disconnect", this.#tellLost);
  }

  readonly #tellLost = (): void => {
    this.onLost?.();
  };

  /** True when it was closed and opened again for that. The streams must be free. */
  async changeBaudRate(baudRate: number): Promise<boolean> {
    if (baudRate === this.#baudRate) return false;
    if (this.device.setBaudRate !== undefined) {
      await this.device.setBaudRate(baudRate);
      this.#baudRate = baudRate;
      return false;
    }
    await this.shut();
    await this.#open(baudRate);
    return true;
  }

  /** Whoever had the streams has let go of them; the port stays open. */
  async close(): Promise<void> {}

  async shut(): Promise<void> {
    const wasOpened = this.#baudRate !== 0;
    const hasStreams = this.device.readable !== null || this.device.writable !== null;
    this.#baudRate = 0;
    this.device.removeEventListener("disconnect", this.#tellLost);
    // A device that is gone has no streams any more, and is closed all the same; that it is gone is known by then.
    if (hasStreams) await this.device.close();
    else if (wasOpened) await this.device.close().catch(() => {});
  }

  async setSignals(signals: Signals): Promise<void> {
    this.dtr = signals.dataTerminalReady ?? this.dtr;
    this.rts = signals.requestToSend ?? this.rts;
    await this.device.setSignals(signals);
  }

  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number } {
    return this.device.getInfo();
  }
  addEventListener(type: "disconnect", listener: () => void): void {
    this.device.addEventListener(type, listener);
  }
  removeEventListener(type: "disconnect", listener: () => void): void {
    this.device.removeEventListener(type, listener);
  }

  /** `open` for who is no port of the library: what fails is told as its ports tell it. */
  async openForPage(baudRate: number): Promise<void> {
    try {
      await this.open({ baudRate });
    } catch (error) {
      throw await openError(error, this.connected);
    }
  }
}
