import { blocksAndSectors, SECTOR_BYTES } from "../sectors.ts";

/** What time is spent on, measured where it can be. */
export interface AskingCosts {
  /** A command and its answer, whatever they are about. */
  readonly exchangeMs: number;
  readonly digestMsPerByte: number;
  /** Sending what will be one byte of flash, or is; 0 where the line is not what takes the time. */
  readonly lineMsPerByte: number;
  /** What is asked for, so that it need not be done. */
  readonly work: Work;
  /** The next question is asked while the chip works on the one before. Default false. */
  readonly asksAhead?: boolean | undefined;
}

/** What is done with the parts that the digests do not settle. */
export interface Work {
  /** For one contiguous part, beside its bytes. */
  readonly exchanges: number;
  /** What flash itself takes for a part, while the line is busy with it. */
  readonly flashMs: (part: Extent) => number;
  /** Nothing is to be done where flash is erased, whatever is wanted there. */
  readonly leavesErased: boolean;
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

/** A write is begun, sent and ended; what comes is erased and programmed while more is on its way. */
export const WRITING: Work = {
  exchanges: 3,
  flashMs: ({ address, sizeBytes }) => eraseMs(address, sizeBytes) + PROGRAM_MS_PER_BYTE * sizeBytes,
  leavesErased: false,
};

/** A read is begun, and ended by its digest. What is erased is known without being read. */
export const READING: Work = { exchanges: 2, flashMs: () => 0, leavesErased: true };

/** The chip's digest of so many bytes. */
export function askMs({ exchangeMs, digestMsPerByte }: AskingCosts, sizeBytes: number): number {
  return exchangeMs + digestMsPerByte * sizeBytes;
}

/** Writing or reading one contiguous part. */
export function workMs({ exchangeMs, lineMsPerByte, work }: Pace, part: Extent): number {
  return work.exchanges * exchangeMs + Math.max(lineMsPerByte * part.sizeBytes, work.flashMs(part));
}

/** What is known of the costs before the first question. */
export type Pace = Pick<AskingCosts, "exchangeMs" | "lineMsPerByte" | "work" | "asksAhead">;

/** Whole blocks of 64 KB are erased faster than their sectors one by one. */
function eraseMs(address: number, sizeBytes: number): number {
  const { blocks, sectors } = blocksAndSectors(address, sizeBytes);
  return blocks * ERASE_BLOCK_MS + sectors * ERASE_SECTOR_MS;
}

/** One question and what it took. */
export interface Measured {
  readonly sizeBytes: number;
  readonly elapsedMs: number;
}

/** Some 2 ms for 4 KB, until a chip has shown better or worse (fact sheet stub, section 5). */
const ASSUMED_DIGEST_MS_PER_BYTE = 2 / SECTOR_BYTES;
/** The least that is known of stubs: 1 ms for 4 KB (fact sheet stub, section 5). */
export const LEAST_DIGEST_MS_PER_BYTE: number = 1 / SECTOR_BYTES;
/** Less is mostly the exchange, and says little of the digest. */
const TELLING_BYTES = 4 * SECTOR_BYTES;

/** The costs as the questions so far have shown them. `exchangeMs`: as the exchanges before have shown it. */
export function measuredCosts(pace: Pace, questions: readonly Measured[]): AskingCosts {
  const { exchangeMs, lineMsPerByte, work, asksAhead } = pace;
  const largest = questions.reduce<Measured | null>(
    (best, next) => (best === null || next.sizeBytes > best.sizeBytes ? next : best),
    null,
  );
  const digestMsPerByte =
    largest === null || largest.sizeBytes < TELLING_BYTES
      ? ASSUMED_DIGEST_MS_PER_BYTE
      : Math.max(0, largest.elapsedMs - exchangeMs) / largest.sizeBytes;
  return { exchangeMs, digestMsPerByte, lineMsPerByte, work, asksAhead };
}
