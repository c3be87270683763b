// Shelf: check bits: none, 3/4, Reed-Solomon; what a block's errors mean.
// In: the words of a block.
// Out: the same with check bits, or what is damaged.

import { readU32 } from "../../bytes/words.ts";
import { bitsToBytes, bitsToWords } from "../table/bits.ts";
import type { CodingScheme, EfuseBlock } from "../table/types.ts";
import { reedSolomonParity } from "./reed-solomon.ts";
import { encodeThreeQuarters, THREE_QUARTERS_DATA_BYTES } from "./three-quarters.ts";

/** PGM_DATA0 to 7 (fact sheet efuse-secure A8). */
export const PROGRAM_DATA_WORDS = 8;
/** With CHECK_VALUE0 to 2 behind them. */
export const PROGRAM_WINDOW_WORDS = 11;

/** What CODING_SCHEME of the ESP32 says of BLOCK1 to BLOCK3 (A4). */
const ESP32_SCHEMES: readonly CodingScheme[] = ["none", "3/4", "repeat", "none-recovery"];

export function esp32Scheme(codingSchemeField: number): CodingScheme {
  return ESP32_SCHEMES[codingSchemeField & 3] ?? "none";
}

/** How many words a block has to read under a coding scheme. */
export function readableWords(block: EfuseBlock, scheme: CodingScheme): number {
  return scheme === "3/4" ? THREE_QUARTERS_DATA_BYTES / 4 : block.words;
}

/**
 * What is written to the programming registers so that `bits` are burned, from the first data register on: with the
 * check words that the coding scheme asks for (A9).
 */
export function wordsToProgram(block: EfuseBlock, scheme: CodingScheme, bits: bigint): number[] {
  switch (scheme) {
    case "none":
    case "none-recovery":
      return bitsToWords(bits, block.words);
    case "3/4":
      return wordsOf(encodeThreeQuarters(bitsToBytes(bits, THREE_QUARTERS_DATA_BYTES)));
    case "repeat":
      // The ESP32-S31 has nine words here: the last one stands where other blocks have their first check word.
      return bitsToWords(bits, Math.max(PROGRAM_DATA_WORDS, block.words));
    case "reed-solomon": {
      const data = bitsToBytes(bits, PROGRAM_DATA_WORDS * 4);
      return [...wordsOf(data), ...wordsOf(reedSolomonParity(data))];
    }
  }
}

function wordsOf(bytes: Uint8Array<ArrayBuffer>): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => readU32(bytes, index * 4));
}

/**
 * Whether burning `bits` over `present` leaves check bits that are right. Those of a block that holds something cannot
 * be changed into those of other contents (A9), only be burned once more.
 */
export function keepsCodeIntact(scheme: CodingScheme, present: bigint, bits: bigint): boolean {
  if (scheme === "reed-solomon") return present === 0n || present === bits;
  if (scheme !== "3/4") return true;
  for (let at = 0n; at < THREE_QUARTERS_DATA_BYTES * 8; at += 48n) {
    const [old, added] = [present >> at, bits >> at].map((value) => value & 0xffff_ffff_ffffn);
    if (old !== 0n && added !== 0n && old !== added) return false;
  }
  return true;
}
