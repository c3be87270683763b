import { type ChipId, connect, disconnect, type Port, readFlash, writeFlash } from "../../../src/index.ts";
import { INSTANT_TIMING, type UsbKind, type VirtualChip, virtualChip } from "../../../src/virtual.ts";
import { noise } from "../noise.ts";
import type { TransferCase } from "./transfer-case.ts";
import { UsbVirtualChip } from "./usb-virtual-chip.ts";

const ADDRESS = 0x10000;
const SIZE = 100_000;

export interface Flashed {
  /** Of the case. */
  readonly name: string;
  readonly id: ChipId;
  readonly usb?: UsbKind | undefined;
  readonly baudRate: number;
  /** What the device calls itself, where that matters. */
  readonly productName?: string | undefined;
}

/** Each family of adapters at least once, with a chip that may be behind it. */
export const FLASHED: readonly Flashed[] = [
  { name: "espressif-usb-serial-jtag", id: "esp32c3", usb: "serial-jtag", baudRate: 115_200 },
  { name: "ch343", id: "esp32", baudRate: 921_600 },
  { name: "cp2102", id: "esp32", baudRate: 921_600 },
  { name: "cp2104", id: "esp32s3", baudRate: 921_600 },
  { name: "ch340g-v31", id: "esp32", baudRate: 921_600 },
  { name: "ch340-old-v27", id: "esp32c3", baudRate: 460_800 },
  { name: "ft232r", id: "esp32", baudRate: 921_600 },
  // Of its two ports the first is JTAG, so nobody has to say that it is the second.
  { name: "ft2232h-b", id: "esp32", baudRate: 2_000_000, productName: "ESP-Prog" },
  { name: "pl2303-hx", id: "esp32c3", baudRate: 460_800 },
  { name: "pl2303-gc", id: "esp32", baudRate: 921_600 },
];

export interface Bench {
  readonly chip: VirtualChip;
  readonly device: UsbVirtualChip;
}

/** A chip behind the adapter of a case. */
export function flashBench(one: TransferCase, { id, usb, productName }: Flashed): Bench {
  const chip = virtualChip(id, { timing: INSTANT_TIMING, ...(usb !== undefined && { usb }) });
  return { chip, device: new UsbVirtualChip(one, chip, productName === undefined ? {} : { productName }) };
}

export interface FlashReport {
  readonly chip: string;
  readonly loader: string;
  /** While it was written: not one that was fallen back to. */
  readonly baudRate: number;
  /** By the chip's flash itself, and as it was read over the port. */
  readonly isWritten: boolean;
  readonly isReadBack: boolean;
  /** After the session. */
  readonly isOpen: boolean;
  readonly sentBytes: number;
}

/** 100 KB onto the chip and back. */
export async function flashOver(port: Port, { chip, device }: Bench, baudRate: number): Promise<FlashReport> {
  const data = noise(SIZE);
  const isSame = (bytes: Uint8Array): boolean =>
    bytes.length === SIZE && bytes.every((byte, index) => byte === data[index]);
  const session = await connect(port, { baudRate });
  const { baudRate: rate } = session;
  await writeFlash(session, [{ address: ADDRESS, data }], { compress: "never" });
  const isWritten = isSame(chip.flash.read(ADDRESS, SIZE));
  const { data: read } = await readFlash(session, { address: ADDRESS, sizeBytes: SIZE });
  await disconnect(session);
  const sentBytes = device.log.reduce((sum, { bytes }) => sum + (Array.isArray(bytes) ? bytes.length : 0), 0);
  return {
    chip: session.chip.id,
    loader: session.loader,
    baudRate: rate,
    isWritten,
    isReadBack: isSame(read),
    isOpen: device.opened,
    sentBytes,
  };
}
