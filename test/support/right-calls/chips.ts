import { chipById } from "../../../src/chips.ts";
import { type RightCalls, whole } from "./types.ts";

const chip = () => whole(chipById("esp32c3"));
const settings = (): object => ({ mode: "dio", size: "4MB", frequency: "80m" });

export const CHIP_CALLS: RightCalls = {
  chipById: { args: () => ["esp32c3"] },
  chipByImageId: { args: () => [5] },
  chipByMagic: { args: () => [0xfff0c101] },
  chipNameKey: { args: () => ["ESP32-C3"] },
  decodeFlashHeader: { args: () => [chip(), { modeByte: 2, sizeFrequencyByte: 0x2f }] },
  encodeFlashHeader: { args: () => [chip(), settings()] },
  expandChipName: { args: () => ["esp32c3"] },
  findChip: { args: () => ["ESP32-C3"] },
  flashFrequencyCode: { args: () => [chip(), "80m"] },
  flashModeByte: { args: () => ["dio"] },
  flashSizeBytes: { args: () => ["4MB"] },
  flashSizeCode: { args: () => [chip(), "4MB"] },
  flashSizeName: { args: () => [0x400000] },
  flashSizeOfJedecId: { args: () => [{ vendor: 0xef, device: 0x4016 }] },
  isDromAddress: { args: () => [chip(), 0x3c000000] },
  isFlashAddress: { args: () => [chip(), 0x3c000000] },
  isIromAddress: { args: () => [chip(), 0x42000000] },
  loaderTraits: { args: () => [chip(), "rom", { usbOtg: false, secureDownload: false }] },
  memoryTypesAt: { args: () => [chip(), 0x42000000] },
  parseJedecId: { args: () => [0x1640ef] },
  requireChip: { args: () => ["ESP32-C3"] },
  windowContains: { args: () => [{ start: 0, end: 16 }, 4] },
};
