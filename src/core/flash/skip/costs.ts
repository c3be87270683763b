import { sectorEnd, sectorStart } from "../sectors.ts";

/** What time is spent on, measured where it can be. */
export interface AskingCosts {
  /** A command and its answer, whatever they are about. */
  readonly exchangeMs: number;
  readonly digestMsPerByte: number;
  /** Sending what will be one byte of flash; 0 where the line is not what takes the time. */
  readonly lineMsPerByte: number;
}

/** A part of flash. */
export interface Extent {
  readonly address: number;
  readonly sizeBytes: number;
}

/** Typical times of a W25Q32JV (data sheet revision G, section 9.6): 45 ms, 150 ms, 0.4 ms for a page of 256 bytes. */
const ERASE_SECTOR_MS = 45;
const ERASE_BLOCK_MS = 150;
const PROGRAM_MS_PER_BYTE = 0.4 / 256;
const SECTOR_BYTES = 0x1000;
const BLOCK_BYTES = 0x10000;
/** A write is begun, sent and ended. */
const EXCHANGES_PER_WRITE = 3;

/** The chip's digest of so many bytes. */
export function askMs({ exchangeMs, digestMsPerByte }: AskingCosts, sizeBytes: number): number {
  return exchangeMs + digestMsPerByte * sizeBytes;
}

/** Writing one contiguous part: what comes is erased and programmed while more is on its way. */
export function writeMs(
  { exchangeMs, lineMsPerByte }: Pick<AskingCosts, "exchangeMs" | "lineMsPerByte">,
  { address, sizeBytes }: Extent,
): number {
  const flash = eraseMs(address, sizeBytes) + PROGRAM_MS_PER_BYTE * sizeBytes;
  return EXCHANGES_PER_WRITE * exchangeMs + Math.max(lineMsPerByte * sizeBytes, flash);
}

/** Whole blocks of 64 KB are erased faster than their sectors one by one. */
function eraseMs(address: number, sizeBytes: number): number {
  const from = sectorStart(address);
  const to = sectorEnd(address + sizeBytes);
  const firstBlock = Math.ceil(from / BLOCK_BYTES);
  const blocks = Math.max(0, Math.floor(to / BLOCK_BYTES) - firstBlock);
  const sectors = (to - from - blocks * BLOCK_BYTES) / SECTOR_BYTES;
  return blocks * ERASE_BLOCK_MS + sectors * ERASE_SECTOR_MS;
}

/** One question and what it took. */
export interface Measured {
  readonly sizeBytes: number;
  readonly elapsedMs: number;
}

/** Some 2 ms for 4 KB, until a chip has shown better or worse (fact sheet stub, section 5). */
const ASSUMED_DIGEST_MS_PER_BYTE = 2 / SECTOR_BYTES;
/** Less is mostly the exchange, and says little of the digest. */
const TELLING_BYTES = 4 * SECTOR_BYTES;

/** The costs as the questions so far have shown them. `exchangeMs`: as the exchanges before have shown it. */
export function measuredCosts(
  { exchangeMs, lineMsPerByte }: Pick<AskingCosts, "exchangeMs" | "lineMsPerByte">,
  questions: readonly Measured[],
): AskingCosts {
  const largest = questions.reduce<Measured | null>(
    (best, next) => (best === null || next.sizeBytes > best.sizeBytes ? next : best),
    null,
  );
  const digestMsPerByte =
    largest === null || largest.sizeBytes < TELLING_BYTES
      ? ASSUMED_DIGEST_MS_PER_BYTE
      : Math.max(0, largest.elapsedMs - exchangeMs) / largest.sizeBytes;
  return { exchangeMs, digestMsPerByte, lineMsPerByte };
}
