import type { VirtualChip } from "../../../src/virtual.ts";
import type { UsbOutResultLike, UsbSetup } from "../../../src/webusb.ts";
import { FakeUsb, FakeUsbDevice } from "./fake-usb.mjs";
import { repliesOf, type TransferCase } from "./transfer-case.ts";

/** A virtual chip behind an adapter: what the requests of its family mean is written here a second time. */
export class UsbVirtualChip extends FakeUsbDevice {
  readonly #one: TransferCase;
  readonly #chip: Pick<VirtualChip, "port">;
  /** One thing after the other, as on the bus. */
  #bus: Promise<unknown> = Promise.resolve();

  constructor(one: TransferCase, chip: Pick<VirtualChip, "port">, descriptor: object = {}) {
    super(
      { ...structuredClone(one.device), ...descriptor },
      { replies: (setup, length) => this.#reply(setup, length) },
    );
    this.#one = one;
    this.#chip = chip;
    this.onWrite = (bytes) => this.#next(() => chip.port.write(Uint8Array.from(bytes)));
  }

  #reply(setup: UsbSetup, _length: number): readonly number[] | "stall" {
    // Nothing waits in a CP210x whose bytes are gone at once.
    if (this.#one.family === "cp210x" && setup.request === 0x10) return new Array<number>(19).fill(0);
    return repliesOf(this.#one)(setup, _length);
  }

  #next(work: () => Promise<unknown>): Promise<unknown> {
    this.#bus = this.#bus.then(work).catch(() => {});
    return this.#bus;
  }

  override async open(): Promise<void> {
    await super.open();
    await this.#chip.port.open(
      { baudRate: 115_200 },
      { data: (bytes) => this.#deliver(bytes), lost: () => this.pull() },
    );
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#chip.port.close();
  }

  #deliver(bytes: Uint8Array): void {
    const { endpointIn, read } = this.#one;
    const packet = read.packetSize ?? Math.min(64, read.transferLength);
    const status = read.framing === "ftdi" ? [0x01, 0x60] : [];
    const room = packet - status.length;
    for (let at = 0; at < bytes.length; at += room)
      this.send(endpointIn, [...status, ...bytes.subarray(at, at + room)]);
  }

  override async controlTransferOut(setup: UsbSetup, data?: Uint8Array<ArrayBuffer>): Promise<UsbOutResultLike> {
    const result = await super.controlTransferOut(setup, data);
    const { port } = this.#chip;
    const lines = LINES[this.#one.family]?.(setup);
    if (lines !== undefined) await this.#next(() => port.setLines({ dtr: (lines & 1) !== 0, rts: (lines & 2) !== 0 }));
    const rate = RATES[this.#one.family]?.(setup, data ?? new Uint8Array());
    if (rate !== undefined) await this.#next(() => port.setBaudRate(Math.round(rate)));
    return result;
  }
}

/** Both lines, if a request sets them: DTR 1, RTS 2. */
const LINES: Readonly<Record<string, (setup: UsbSetup) => number | undefined>> = {
  cdc: ({ request, value }) => (request === 0x22 ? value : undefined),
  pl2303: ({ request, value, requestType }) => (requestType === "class" && request === 0x22 ? value : undefined),
  cp210x: ({ request, value }) => (request === 0x07 ? value & 3 : undefined),
  ftdi: ({ request, value }) => (request === 0x01 ? value & 3 : undefined),
  ch34x: ({ request, value }) => (request === 0xa4 ? (~value >> 5) & 3 : undefined),
};

const word = (data: Uint8Array): number => new DataView(data.buffer, data.byteOffset).getUint32(0, true);

/** The rate that a request brings about. */
const RATES: Readonly<Record<string, (setup: UsbSetup, data: Uint8Array) => number | undefined>> = {
  cdc: ({ request }, data) => (request === 0x20 ? word(data) : undefined),
  cp210x: ({ request }, data) => (request === 0x1e ? 24e6 / Math.round(24e6 / word(data)) : undefined),
  pl2303: ({ request, requestType }, data) => {
    if (requestType !== "class" || request !== 0x20) return undefined;
    if (data[3] !== 0x80) return word(data);
    return 384e6 / ((((data[1] ?? 0) & 1) * 256 + (data[0] ?? 0)) * 4 ** ((data[1] ?? 0) >> 1));
  },
  ftdi: ({ request, value, index }) => {
    if (request !== 0x03) return undefined;
    const fast = (index & 0x0200) !== 0;
    const eighth = [0, 4, 2, 1, 3, 5, 6, 7][(value >> 14) | ((index & 0x0100) >> 6)] ?? 0;
    const whole = value & 0x3fff;
    const divisor = { 0: 1, 1: 1.5 }[value] ?? whole + eighth / 8;
    return (fast ? 12e6 : 3e6) / divisor;
  },
  ch34x: ({ request, value, index }) => {
    if (request !== 0x9a || value !== 0x1312) return undefined;
    return 48e6 / (2 ** (12 - 3 * (index & 3) - ((index >> 2) & 1)) * (256 - (index >> 8)));
  },
};

/** It is plugged in and granted. */
export function pluggedIn(device: UsbVirtualChip): FakeUsb {
  const usb = new FakeUsb();
  usb.plug(device);
  usb.granted.add(device);
  return usb;
}
