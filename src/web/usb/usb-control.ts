import { EspError } from "../../core/errors.ts";
import type { UsbDeviceLike, UsbRequest, UsbSetup } from "./usb-types.ts";

/** Requests to one device, strictly one after the other: some adapters hang when two are under way. */
export class UsbControl {
  readonly #device: UsbDeviceLike;
  #tail: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(device: UsbDeviceLike) {
    this.#device = device;
  }

  /** Throws `port.failed` when the device refuses it, and what the host throws when it is gone. */
  async send({ data, ...setup }: UsbRequest): Promise<void> {
    // Not every host takes a transfer without data.
    const { status } = await this.#next(() => this.#device.controlTransferOut(setup, data ?? new Uint8Array(0)));
    if (status !== undefined && status !== "ok") throw refused(setup);
  }

  /** Null when the device does not know the request. */
  async ask(setup: UsbSetup, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const { status, data } = await this.#next(() => this.#device.controlTransferIn(setup, length));
    if ((status !== undefined && status !== "ok") || data === undefined || data === null) return null;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }

  async clearHalt(direction: "in" | "out", endpointNumber: number): Promise<void> {
    await this.#next(() => this.#device.clearHalt(direction, endpointNumber));
  }

  /** From now on nothing is asked any more, except for these, which may fail; after them nothing at all. */
  async end(closing: readonly UsbRequest[]): Promise<void> {
    for (const request of closing) await this.send(request).catch(() => {});
    this.#isOver = true;
  }

  /** Nothing more is asked, whatever waits. */
  abandon(): void {
    this.#isOver = true;
  }

  #next<T>(request: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => {
      if (this.#isOver) throw new EspError("port.closed", "The USB device was let go of.");
      return request();
    });
    this.#tail = turn.catch(() => {});
    return turn;
  }
}

function refused({ request, value }: UsbSetup): EspError {
  const hex = (number: number): string => `0x${number.toString(16)}`;
  return new EspError("port.failed", `The USB adapter refused a request (${hex(request)}, ${hex(value)}).`, {
    hint: "Unplug it and plug it in again.",
    details: { request, value },
  });
}
