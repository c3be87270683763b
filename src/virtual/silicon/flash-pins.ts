import type { ChipDescriptor } from "../../core/chip/types.ts";
import type { Silicon } from "./silicon.ts";

/** eFuse words with the ESP32's flash pads (fact sheet 3.10). */
const ESP32_WORD3 = 0x3ff5a00c;
const ESP32_WORD5 = 0x3ff5a014;

/** The SPI_ATTACH word of the pins that code uses which was told nothing: those in eFuse, else the chip's own (0). */
export function defaultFlashPins(chip: ChipDescriptor, { efuses }: Silicon): number {
  if (!chip.rom.spiPadsInEfuse) return 0;
  const pads = efuses.get(ESP32_WORD5) ?? 0;
  const hd = ((efuses.get(ESP32_WORD3) ?? 0) >>> 4) & 0x1f;
  const [clk, q, d, cs] = [0, 5, 10, 15].map((shift) => (pads >>> shift) & 0x1f) as [number, number, number, number];
  return ((hd << 24) | (cs << 18) | (d << 12) | (q << 6) | clk) >>> 0;
}
