// Shelf: from the registers of a crash to its callers.
// In: registers, what is known of the stack's memory, and the programs' rules for unwinding.
// Out: program counters from the inside out, each with how sure it is.

import { readU32 } from "../../bytes/words.ts";
import type { StackRow } from "../crash-dump.ts";

/** Memory that is known in part. Words that are not known are null, and nothing is made up for them. */
export interface StackMemory {
  wordAt(address: number): number | null;
}

/** The rows of a dump. They go on from each other; behind a gap, where bytes were lost, nothing counts. */
export function memoryOfRows(
  rows: readonly StackRow[],
): StackMemory & { readonly start: number; readonly end: number } {
  const start = rows[0]?.address ?? 0;
  const words: number[] = [];
  for (const row of rows) {
    if (row.address !== start + 4 * words.length) break;
    words.push(...row.words);
    // A row that lost a word shifts nothing: it is where the known memory ends.
    if (row.words.length % 4 !== 0) break;
  }
  return {
    start,
    end: start + 4 * words.length,
    wordAt: (address) => (address % 4 === 0 && address >= start ? (words[(address - start) / 4] ?? null) : null),
  };
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
