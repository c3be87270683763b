import type { Clock } from "../../core/clock.ts";
import type { OpenDevice, TransportEvents } from "../../core/port/transport.ts";
import { driverFor, type UsbSerialPlace } from "./find-driver.ts";
import { UsbControl } from "./usb-control.ts";
import type { UsbLine } from "./usb-driver.ts";
import { baudError, openAlreadyError, openError } from "./usb-errors.ts";
import { UsbPump } from "./usb-pump.ts";
import type { UsbDeviceLike, UsbEventLike, UsbLike } from "./usb-types.ts";

/** Receivers stand about twice as much, together with what the chip's own clock is off by. */
const LARGEST_ERROR = 0.025;
/** Older systems take no more at once. */
const PIECE_BYTES = 16_384;
const HOLDS_BYTES = 1024;
const BITS_A_BYTE = 10;
const AFTER_DRAIN_MS = 2;
/** An adapter that never empties does so no more after this. */
const LONGEST_DRAIN_MS = 2000;
const MOST_STALLS = 3;
const LONGEST_CLOSING_MS = 500;

export interface UsbSurroundings {
  readonly device: UsbDeviceLike;
  readonly place: UsbSerialPlace;
  readonly usb: UsbLike | undefined;
  readonly clock: Clock;
  /** By that clock. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isWindows: boolean;
}

/** Opens, claims, makes ready, sets the rate, begins to read; whatever fails, the device is let go of. Throws `port.*`. */
export async function openUsbDevice(
  around: UsbSurroundings,
  baudRate: number,
  events: TransportEvents,
): Promise<OpenDevice> {
  const { device, place } = around;
  if (device.opened) throw openAlreadyError();
  const control = new UsbControl(device);
  try {
    await device.open();
    if (device.configuration === null || device.configuration === undefined)
      await device.selectConfiguration(device.configurations[0]?.configurationValue ?? 1);
    for (const interfaceNumber of place.claim) await device.claimInterface(interfaceNumber);
    const driver = driverFor(place, device);
    const line = await driver.start(control);
    const opened = new OpenUsbDevice(around, control, line);
    await opened.begin(baudRate);
    const { reading } = driver;
    const pump = new UsbPump(device, place.in.endpointNumber, { reading, control, events });
    opened.watch(pump, events);
    return opened;
  } catch (error) {
    await control.end([]);
    await device.close().catch(() => {});
    throw openError(error, around.isWindows);
  }
}

class OpenUsbDevice implements OpenDevice {
  readonly #around: UsbSurroundings;
  readonly #control: UsbControl;
  readonly #line: UsbLine;
  #baudRate = 0;
  /** When the last byte that was given to the adapter will have left it, at the rate in force. */
  #idleAtMs = 0;
  #release: () => void = () => {};

  constructor(around: UsbSurroundings, control: UsbControl, line: UsbLine) {
    this.#around = around;
    this.#control = control;
    this.#line = line;
  }

  async begin(baudRate: number): Promise<void> {
    await this.#setRate(baudRate);
  }

  watch(pump: UsbPump, events: TransportEvents): void {
    const { device, usb } = this.#around;
    const onDisconnect = (event: UsbEventLike): void => {
      if (event.device === device) events.lost(new Error("The device was unplugged."));
    };
    usb?.addEventListener("disconnect", onDisconnect);
    this.#release = () => {
      pump.stop();
      usb?.removeEventListener("disconnect", onDisconnect);
    };
    pump.start();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) await this.#writePiece(bytes.slice(at, at + PIECE_BYTES));
    const { clock } = this.#around;
    const start = Math.max(clock.now(), this.#idleAtMs);
    const longest = clock.now() + this.#timeOf(this.#line.holdsBytes ?? HOLDS_BYTES);
    this.#idleAtMs = Math.min(start + this.#timeOf(bytes.length), longest);
  }

  async #writePiece(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    const { device, place } = this.#around;
    const endpoint = place.out.endpointNumber;
    let rest = piece;
    let stalls = 0;
    while (rest.length > 0) {
      const { status = "ok", bytesWritten } = await device.transferOut(endpoint, rest);
      const taken = bytesWritten ?? (status === "ok" ? rest.length : 0);
      if (status !== "ok") await this.#control.clearHalt("out", endpoint);
      if (taken === 0 && ++stalls > MOST_STALLS) throw new Error("The endpoint takes nothing.");
      rest = rest.slice(taken);
    }
  }

  async setBaudRate(baudRate: number): Promise<void> {
    // Some adapters lose bytes when what is set already is set again.
    if (baudRate === this.#baudRate) return;
    const choice = this.#choose(baudRate);
    await this.#drain();
    for (const request of choice) await this.#control.send(request);
    this.#baudRate = baudRate;
  }

  async #setRate(baudRate: number): Promise<void> {
    for (const request of this.#choose(baudRate)) await this.#control.send(request);
    this.#baudRate = baudRate;
  }

  /** Decided before anything is sent, so that the old rate stays in force when it is refused. */
  #choose(baudRate: number): ReturnType<UsbLine["rate"]>["requests"] {
    const { name, highestRate, lowestRate = 1 } = this.#line;
    const { actual, requests } = this.#line.rate(baudRate);
    const isFar = actual === null || Math.abs(actual - baudRate) > LARGEST_ERROR * baudRate;
    if (isFar || baudRate > highestRate || baudRate < lowestRate)
      throw baudError(name, baudRate, isFar ? actual : null);
    return requests;
  }

  async #drain(): Promise<void> {
    const { clock, pause } = this.#around;
    if (this.#line.waiting !== undefined) {
      const deadline = clock.now() + LONGEST_DRAIN_MS;
      while ((await this.#line.waiting(this.#control)) > 0 && clock.now() < deadline) await pause(AFTER_DRAIN_MS);
      return;
    }
    const waitMs = this.#idleAtMs - clock.now();
    if (waitMs > 0) await pause(waitMs + AFTER_DRAIN_MS);
  }

  #timeOf(bytes: number): number {
    return (bytes * BITS_A_BYTE * 1000) / this.#baudRate;
  }

  async setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    await this.#control.send(this.#line.lines(dtr, rts));
  }

  async close(): Promise<void> {
    const { device } = this.#around;
    this.#release();
    const closing = device.opened ? (this.#line.closing ?? []) : [];
    // A request that hangs is ended by closing, so it is not waited for long.
    await within(this.#around.clock, LONGEST_CLOSING_MS, this.#control.end(closing));
    this.#control.abandon();
    await device.close();
  }
}

async function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
