import type { UsbControl } from "./usb-control.ts";
import type { UsbReading } from "./usb-driver.ts";
import type { UsbDeviceLike, UsbInResultLike } from "./usb-types.ts";

/** An endpoint that does nothing but stall is broken. */
const MOST_STALLS = 64;

export interface PumpEvents {
  data(bytes: Uint8Array<ArrayBuffer>): void;
  lost(cause: unknown): void;
}

/**
 * Reads an endpoint for as long as the device is open: several transfers are under way at all times, their bytes are told in
 * order, and a transfer that has ended is replaced before its bytes are looked at.
 */
export class UsbPump {
  readonly #device: UsbDeviceLike;
  readonly #endpointNumber: number;
  readonly #reading: UsbReading;
  readonly #control: UsbControl;
  readonly #events: PumpEvents;
  readonly #transfers: Promise<UsbInResultLike>[] = [];
  #isOver = false;

  constructor(
    device: UsbDeviceLike,
    endpointNumber: number,
    { reading, control, events }: { reading: UsbReading; control: UsbControl; events: PumpEvents },
  ) {
    this.#device = device;
    this.#endpointNumber = endpointNumber;
    this.#reading = reading;
    this.#control = control;
    this.#events = events;
  }

  start(): void {
    for (let count = 0; count < this.#reading.inFlight; count++) this.#submit();
    void this.#run();
  }

  /** What the transfers under way come to is of no interest any more; closing the device ends them. */
  stop(): void {
    this.#isOver = true;
  }

  #submit(): void {
    const transfer = this.#device.transferIn(this.#endpointNumber, this.#reading.sizeBytes);
    // Looked at when its turn comes, which may be never.
    transfer.catch(() => {});
    this.#transfers.push(transfer);
  }

  async #run(): Promise<void> {
    let stalls = 0;
    try {
      for (let next = this.#transfers.shift(); next !== undefined; next = this.#transfers.shift()) {
        const { status, data } = await next;
        if (this.#isOver) return;
        if (status === "stall") {
          if (++stalls > MOST_STALLS) throw new Error("The endpoint stalls again and again.");
          await this.#control.clearHalt("in", this.#endpointNumber);
          if (this.#isOver) return;
        }
        this.#submit();
        if (data === undefined || data === null || status === "babble") continue;
        stalls = 0;
        this.#deliver(new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
      }
    } catch (cause) {
      if (!this.#isOver) this.#events.lost(cause);
    }
  }

  #deliver(transfer: Uint8Array<ArrayBuffer>): void {
    const { payload } = this.#reading;
    const bytes = payload === undefined ? transfer : payload(transfer);
    if (bytes.length > 0) this.#events.data(bytes);
  }
}
