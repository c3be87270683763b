import { roundUp } from "../../bytes/words.ts";
import type { LoaderTraits } from "../../chip/loader-traits.ts";
import { SECTOR_BYTES } from "../sectors.ts";

const SECTORS_PER_BLOCK = 16;
/** ROM loaders count the uncompressed size in their own blocks (fact sheet 3.14). */
const ROM_DEFLATE_UNIT = 0x400;

/**
 * The size for FLASH_BEGIN that makes the ESP8266's ROM erase the wanted sectors: it erases the head up to the next
 * 64 KB block twice over (fact sheet 3.14).
 */
export function esp8266EraseSize(address: number, sizeBytes: number): number {
  const sectors = Math.ceil(sizeBytes / SECTOR_BYTES);
  const startSector = Math.floor(address / SECTOR_BYTES);
  const head = Math.min(SECTORS_PER_BLOCK - (startSector % SECTORS_PER_BLOCK), sectors);
  return sectors < 2 * head ? Math.ceil(sectors / 2) * SECTOR_BYTES : (sectors - head) * SECTOR_BYTES;
}

/** The first word of FLASH_BEGIN or FLASH_DEFL_BEGIN. */
export function beginSize(
  traits: Pick<LoaderTraits, "eraseSizeBug" | "roundsDeflateSize">,
  region: { readonly address: number; readonly sizeBytes: number; readonly compressed: boolean },
): number {
  if (region.compressed)
    return traits.roundsDeflateSize ? roundUp(region.sizeBytes, ROM_DEFLATE_UNIT) : region.sizeBytes;
  return traits.eraseSizeBug ? esp8266EraseSize(region.address, region.sizeBytes) : region.sizeBytes;
}
