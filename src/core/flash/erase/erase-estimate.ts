import { SECTOR_BYTES } from "../sectors.ts";

const BLOCK_BYTES = 0x10000;
/** Typical of common parts (W25Q32JV data sheet revision G, section 9.6: 45 ms, 150 ms). */
const SECTOR_MS = 45;
const BLOCK_MS = 150;

/** How long flash takes to erase a range, most likely; in milliseconds. How long it may take is said by `eraseTimeMs`. */
export function estimateErase({
  address,
  sizeBytes,
}: {
  readonly address: number;
  readonly sizeBytes: number;
}): number {
  const start = Math.floor(address / SECTOR_BYTES) * SECTOR_BYTES;
  const end = Math.ceil((address + sizeBytes) / SECTOR_BYTES) * SECTOR_BYTES;
  const blocks = Math.max(0, Math.floor(end / BLOCK_BYTES) - Math.ceil(start / BLOCK_BYTES));
  return blocks * BLOCK_MS + ((end - start - blocks * BLOCK_BYTES) / SECTOR_BYTES) * SECTOR_MS;
}
