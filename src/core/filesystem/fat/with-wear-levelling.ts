import { crc32 } from "../../bytes/crc32.ts";
import { writeU32 } from "../../bytes/words.ts";
import { CONFIG_BYTES, FLASH_SECTOR, RECORD_BYTES, SEED, STATE_BYTES, wearGrid } from "./wear-levelling.ts";

const VERSION = 2;
/** Writes after which a sector moves. */
const UPDATE_RATE = 16;
const TEMPORARY_BYTES = 32;

/** A partition in which nothing has moved yet; the empty sector stands before the volume. Facts: sheet build-outputs 5.4. */
export function withWearLevelling(volume: Uint8Array, sizeBytes: number, deviceId: number): Uint8Array<ArrayBuffer> {
  const { sectors, stateSectors } = wearGrid(sizeBytes) ?? { sectors: 0, stateSectors: 0 };
  const image = new Uint8Array(sizeBytes).fill(0xff);
  image.set(volume, FLASH_SECTOR);
  const state = [0, sectors + 1, 0, 0, UPDATE_RATE, FLASH_SECTOR, VERSION, deviceId];
  for (const copy of [0, 1])
    putWords(image, {
      at: (sectors + 1 + copy * stateSectors) * FLASH_SECTOR,
      words: state,
      checksumAt: STATE_BYTES - 4,
    });
  const config = [0, sizeBytes, FLASH_SECTOR, FLASH_SECTOR, UPDATE_RATE, RECORD_BYTES, VERSION, TEMPORARY_BYTES];
  const configAt = sizeBytes - FLASH_SECTOR;
  putWords(image, { at: configAt, words: config, checksumAt: CONFIG_BYTES });
  image.fill(0, configAt + CONFIG_BYTES + 4, configAt + CONFIG_BYTES + 16);
  return image;
}

function putWords(
  image: Uint8Array,
  { at, words, checksumAt }: { readonly at: number; readonly words: readonly number[]; readonly checksumAt: number },
): void {
  image.fill(0, at, at + checksumAt);
  for (const [index, word] of words.entries()) writeU32(image, at + index * 4, word);
  writeU32(image, at + checksumAt, crc32(image.subarray(at, at + checksumAt), SEED));
}
