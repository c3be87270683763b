import type { Port } from "../../../src/core/port/port.ts";
import type { VirtualChip } from "../../../src/virtual.ts";

/**
 * A virtual chip as a page sees it: an object like the ports of the Web Serial API. As there, the lines are set one at a time
 * or both, streams that were cancelled are replaced by fresh ones, and a port with a locked stream cannot be closed.
 */
export class VirtualWebSerialPort {
  readonly log: string[] = [];
  readonly #port: Port;
  #lines = { dtr: false, rts: false };
  #isOpen = false;
  /** The device went away, and nobody has closed the port since: it has no streams, and cannot be opened. */
  #isLost = false;
  #readable: ReadableStream<Uint8Array> | null = null;
  #writable: WritableStream<Uint8Array> | null = null;
  #incoming: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly #listeners = new Set<() => void>();
  connected = true;

  constructor({ port }: Pick<VirtualChip, "port">) {
    this.#port = port;
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (!this.#isOpen) return null;
    this.#readable ??= new ReadableStream({
      start: (controller) => {
        this.#incoming = controller;
      },
      cancel: () => {
        this.#readable = null;
        this.#incoming = null;
      },
    });
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (!this.#isOpen) return null;
    this.#writable ??= new WritableStream({
      write: (bytes) => this.#port.write(bytes),
      abort: () => {
        this.#writable = null;
      },
      close: () => {
        this.#writable = null;
      },
    });
    return this.#writable;
  }

  async open(options: { readonly baudRate: number; readonly bufferSize?: number }): Promise<void> {
    if (this.#isOpen || this.#isLost) throw new DOMException("The port is already open.", "InvalidStateError");
    try {
      await this.#port.open(options, {
        data: (bytes) => {
          void this.readable;
          this.#incoming?.enqueue(bytes);
        },
        lost: () => this.#lose(),
      });
    } catch (cause) {
      throw new DOMException(String(cause), "NetworkError");
    }
    this.#isOpen = true;
    this.#lines = { dtr: false, rts: false };
    this.log.push(`open ${options.baudRate}`);
  }

  async close(): Promise<void> {
    if (!this.#isOpen && !this.#isLost) throw new DOMException("The port is closed.", "InvalidStateError");
    if (this.#readable?.locked || this.#writable?.locked) throw new TypeError("A stream is locked.");
    this.#isOpen = false;
    this.#isLost = false;
    this.#readable = null;
    this.#writable = null;
    await this.#port.close();
    this.log.push("close");
  }

  /** The page that has it open goes away: the browser closes it, whatever is locked. */
  async abandon(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#readable = null;
    this.#writable = null;
    this.#incoming = null;
    await this.#port.close();
    this.log.push("abandon");
  }

  async setSignals(signals: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean }): Promise<void> {
    if (!this.#isOpen) throw new DOMException("The port is closed.", "InvalidStateError");
    const { dataTerminalReady: dtr = this.#lines.dtr, requestToSend: rts = this.#lines.rts } = signals;
    this.#lines = { dtr, rts };
    await this.#port.setLines(this.#lines);
  }

  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number } {
    const { usbVendorId, usbProductId } = this.#port.info;
    return {
      ...(usbVendorId !== undefined && { usbVendorId }),
      ...(usbProductId !== undefined && { usbProductId }),
    };
  }

  addEventListener(_type: "disconnect", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "disconnect", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  #lose(): void {
    this.connected = false;
    this.#isLost = true;
    this.#incoming?.error(new DOMException("gone", "NetworkError"));
    this.#isOpen = false;
    this.#readable = null;
    this.#writable = null;
    for (const listener of [...this.#listeners]) listener();
  }
}
