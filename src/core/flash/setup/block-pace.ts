/** How much goes into one block, and how long its answer is waited for, as the line has shown. */
export interface BlockPace {
  /** No block is longer, in bytes. */
  readonly bytes: number;
  readonly takenInARow: number;
  readonly refusedInARow: number;
  /** The longest that an answer took, the time on the line not counted, in milliseconds. */
  readonly slowestMs: number;
  /** Blocks have been damaged or lost. */
  readonly hadTrouble: boolean;
}

/** What ROM loaders take; a line that does not let this through is beyond help. */
const SMALLEST_BYTES = 0x400;
/** A block that is damaged costs its time on the line, a smaller one the more exchanges. */
const SHRINKS = 4;
const GROWS = 2;
/** So many in a row that were taken make blocks larger again. */
const TAKEN_TO_GROW = 4;
/** The block that was damaged as often as this is damaged by something else than chance. */
const MOST_REFUSALS = 8;
/**
 * A deflate stream ends with its checksum, which a stub does not take without data before it: when all contents are written and
 * the stream goes on, it has too much data. What zlib puts behind the last symbol (its end code, an empty block, the checksum)
 * is 12 bytes at most.
 */
export const SMALLEST_END_BYTES = 64;
const QUICK_FACTOR = 4;
const QUICK_LEAST_MS = 500;

export function newPace(largestBytes: number): BlockPace {
  return { bytes: largestBytes, takenInARow: 0, refusedInARow: 0, slowestMs: 0, hadTrouble: false };
}

/** After a block that the loader took. Pure. */
export function afterTaken(pace: BlockPace, largestBytes: number, tookMs: number): BlockPace {
  const grows = pace.takenInARow + 1 >= TAKEN_TO_GROW && pace.bytes < largestBytes;
  return {
    ...pace,
    bytes: grows ? Math.min(largestBytes, pace.bytes * GROWS) : pace.bytes,
    takenInARow: grows ? 0 : pace.takenInARow + 1,
    refusedInARow: 0,
    slowestMs: Math.max(pace.slowestMs, tookMs),
  };
}

/** After a block that came damaged, or did not come. Pure. */
export function afterTrouble(pace: BlockPace): BlockPace {
  return {
    ...pace,
    bytes: Math.max(SMALLEST_BYTES, pace.bytes / SHRINKS),
    takenInARow: 0,
    refusedInARow: pace.refusedInARow + 1,
    hadTrouble: true,
  };
}

/** Whether a block that was refused is worth sending once more. Pure. */
export function mayRepeat({ refusedInARow }: BlockPace): boolean {
  return refusedInARow < MOST_REFUSALS;
}

/** Where the part of a block ends that is sent next, in bytes from the start of the block. Pure. */
export function partEnd({ bytes }: BlockPace, start: number, blockBytes: number): number {
  return blockBytes - start < bytes + SMALLEST_END_BYTES ? blockBytes : start + bytes;
}

/**
 * How long to wait for the answer to a block. A line that loses messages is not waited for as long as slow flash is where it
 * was quick all the time: who has waited too short finds out what was written, and goes on from there. Pure.
 */
export function answerMs({ hadTrouble, slowestMs }: BlockPace, usualMs: number): number {
  if (!hadTrouble || slowestMs === 0) return usualMs;
  return Math.min(usualMs, Math.max(QUICK_LEAST_MS, QUICK_FACTOR * slowestMs));
}
