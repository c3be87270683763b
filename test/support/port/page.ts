import { ESPLoader, type LoaderOptions, Transport } from "../../../src/compat.ts";
import type { ChipId } from "../../../src/core/chip/types.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { VirtualWebSerialPort } from "./virtual-web-serial.ts";

/** A page with a chip at its port, and what such pages keep. */
export interface Page {
  readonly chip: VirtualChip;
  readonly device: VirtualWebSerialPort;
  readonly transport: Transport<VirtualWebSerialPort>;
  /** What its terminal shows. */
  readonly lines: readonly string[];
  loader(options?: Partial<LoaderOptions>): ESPLoader;
  /** As a page waits, in the time in which its chip lives. */
  pause(ms: number): Promise<void>;
}

export function page(id: ChipId, options: VirtualChipOptions = {}): Page {
  const chip = virtualChip(id, options);
  const device = new VirtualWebSerialPort(chip);
  const lines: string[] = [];
  const terminal = {
    clean: () => void lines.splice(0),
    write: (text: string) => void lines.push(text),
    writeLine: (text: string) => void lines.push(text),
  };
  const transport = new Transport(device, false, true, { clock: chip.clock });
  return {
    chip,
    device,
    transport,
    lines,
    pause: (ms) => new Promise((resolve) => void chip.clock.after(ms, resolve)),
    loader: (more = {}) => new ESPLoader({ transport, baudrate: 115200, terminal, ...more }),
  };
}

/** Bytes that compress badly and have every value in them. */
export function scrap(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 7 + seed * 31) ^ (index >> 8));
}

/** As `readAsBinaryString` of a page makes it. */
export function binaryString(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
