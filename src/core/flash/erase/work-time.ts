import type { TimeoutLimits } from "../../wire/command.ts";
import { blocksAndSectors } from "../sectors.ts";

/**
 * How long work on flash may take. The reference scales one rate with the size; that is too short for slow flash, where
 * sectors that do not fill a block of 64 KiB are erased one by one. Waiting too long costs time only when something is
 * broken anyway.
 */
const BLOCK_BYTES = 0x10000;
/** Maximum of common parts (W25Q32JV data sheet revision G, section 9.6: 400 ms, 2000 ms), with some reserve. */
const SECTOR_MS = 500;
const BLOCK_MS = 2500;
/** Page program at most 3 ms for 256 bytes (same section), with some reserve. */
const PROGRAM_MS_PER_BYTE = 4 / 256;

/** Erasing every sector that the range touches, in milliseconds; never below the configured rate. */
export function eraseTimeMs(limits: TimeoutLimits, { address, sizeBytes }: Range): number {
  const { blocks, sectors } = blocksAndSectors(address, sizeBytes);
  const ours = limits.defaultMs + sectors * SECTOR_MS + blocks * BLOCK_MS;
  return Math.max(ours, (limits.eraseRegionMsPerMegabyte * sizeBytes) / 1e6);
}

/** Erasing and programming so many bytes of one stream, in milliseconds. */
export function writeTimeMs(limits: TimeoutLimits, sizeBytes: number): number {
  if (sizeBytes === 0) return limits.defaultMs;
  // Where the bytes lie in their blocks is not known here: one block more than they fill, and loose sectors.
  const erase = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_MS;
  const ours = limits.defaultMs + erase + sizeBytes * PROGRAM_MS_PER_BYTE;
  return Math.max(ours, (limits.eraseWriteMsPerMegabyte * sizeBytes) / 1e6);
}

interface Range {
  readonly address: number;
  readonly sizeBytes: number;
}
