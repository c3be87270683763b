// Room: flash: the shelves go from setting it up, over what may be done to it, to reading, erasing and writing.
// In: a session, addresses, bytes.
// Out: bytes, proofs by digest, events. What a file means was decided before, in the image room.

import { roundDown, roundUp } from "../bytes/words.ts";

/** The smallest unit that flash can erase. */
export const SECTOR_BYTES = 0x1000;

/** The first address of the sector that holds `address`. */
export function sectorStart(address: number): number {
  return roundDown(address, SECTOR_BYTES);
}

/** The first address behind the sectors that hold everything below `end`. */
export function sectorEnd(end: number): number {
  return roundUp(end, SECTOR_BYTES);
}

/** A block of 64 KB: its sectors are erased in one go. */
const BLOCK_BYTES = 0x10000;

/** The whole blocks among the sectors that hold a part of flash, and the sectors beside them. */
export function blocksAndSectors(
  address: number,
  sizeBytes: number,
): { readonly blocks: number; readonly sectors: number } {
  const from = sectorStart(address);
  const to = sectorEnd(address + sizeBytes);
  const blocks = Math.max(0, Math.floor(to / BLOCK_BYTES) - Math.ceil(from / BLOCK_BYTES));
  return { blocks, sectors: (to - from - blocks * BLOCK_BYTES) / SECTOR_BYTES };
}

/**
 * Offsets at which `sizeBytes` of data at `address` may be cut without cutting a sector: 0, every sector boundary
 * inside, and the end. Boundary number `index` of them, counted from 0.
 */
export function cutOffset(address: number, sizeBytes: number, index: number): number {
  if (index <= 0) return 0;
  return Math.min(sizeBytes, sectorStart(address) + index * SECTOR_BYTES - address);
}

/** How many sectors the data touches; also the number of the last cut. */
export function sectorCount(address: number, sizeBytes: number): number {
  return sizeBytes === 0 ? 0 : (sectorEnd(address + sizeBytes) - sectorStart(address)) / SECTOR_BYTES;
}
