// Shelf: from the registers of a crash to its callers.
// In: registers, what is known of the stack's memory, and the programs' rules for unwinding.
// Out: program counters from the inside out, each with how sure it is.

import { readU32 } from "../../bytes/words.ts";
import type { StackRow } from "../crash-dump.ts";

/** Memory that is known in part. Words that are not known are null, and nothing is made up for them. */
export interface StackMemory {
  wordAt(address: number): number | null;
}

/**
 * The rows of a dump. They go on from each other, and each has as many words as most have: behind a gap, and in a row in which
 * bytes were lost, nothing counts, because what is left of it may have moved.
 */
export function memoryOfRows(
  rows: readonly StackRow[],
): StackMemory & { readonly start: number; readonly end: number } {
  const start = rows[0]?.address ?? 0;
  const usual = usualLength(rows);
  const words: number[] = [];
  for (const row of rows) {
    if (row.address !== start + 4 * words.length || row.words.length !== usual) break;
    words.push(...row.words);
  }
  return {
    start,
    end: start + 4 * words.length,
    wordAt: (address) => (address % 4 === 0 && address >= start ? (words[(address - start) / 4] ?? null) : null),
  };
}

/** The number of words that most rows have. */
function usualLength(rows: readonly StackRow[]): number {
  const counts = new Map<number, number>();
  for (const { words } of rows) counts.set(words.length, (counts.get(words.length) ?? 0) + 1);
  let usual = 0;
  for (const [length, count] of counts) if (count > (counts.get(usual) ?? 0)) usual = length;
  return usual;
}

/** Memory of several pieces: that of a core dump. */
export function memoryOfPieces(
  pieces: readonly { readonly address: number; readonly data: Uint8Array }[],
): StackMemory {
  return {
    wordAt: (address) => {
      const piece = pieces.find((one) => address >= one.address && address + 4 <= one.address + one.data.length);
      return piece === undefined ? null : readU32(piece.data, address - piece.address);
    },
  };
}
