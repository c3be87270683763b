import { readU32, wordsToBytes } from "../../core/bytes/words.ts";
import type { EfuseBlockLayout, EfuseLayout } from "./efuse-layout.ts";
import { RS_PARITY_BYTES, rsParity } from "./reed-solomon.ts";

/** Parity fuses, which no register shows, have their place in the map behind the register page. */
const PARITY_OFFSET = 0x400;
const PARITY_WORDS = RS_PARITY_BYTES / 4;
/** Room for one block's parity. */
const PARITY_STRIDE = 16;

/** The fuses themselves: bits that were burned, whatever registers show of them. They can only become 1. */
export interface EfuseCells {
  /** By block, the words that were burned. */
  data(block: EfuseBlockLayout): readonly number[];
  /** Three words; null while they were never burned and just fit the data (a chip described by its data alone). */
  parity(block: EfuseBlockLayout): readonly number[] | null;
  /** Returns how many bits are new. */
  burn(block: EfuseBlockLayout, data: readonly number[], parity?: readonly number[]): number;
}

/** The fuses of a chip in a map from register address to word, as `Silicon` and the state file have them. */
export function efuseCells({ base }: EfuseLayout, words: Map<number, number>): EfuseCells {
  const dataAddress = (block: EfuseBlockLayout): number => base + block.offset;
  const parityAddress = (block: EfuseBlockLayout): number => base + PARITY_OFFSET + block.index * PARITY_STRIDE;
  const wordsAt = (address: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => words.get(address + 4 * index) ?? 0);
  const set = (address: number, bits: readonly number[]): number => {
    let fresh = 0;
    bits.forEach((value, index) => {
      const old = words.get(address + 4 * index) ?? 0;
      const now = (old | value) >>> 0;
      fresh += countOnes(now ^ old);
      if (now !== old) words.set(address + 4 * index, now);
    });
    return fresh;
  };
  const hasParity = (block: EfuseBlockLayout): boolean =>
    Array.from({ length: PARITY_WORDS }, (_, index) => parityAddress(block) + 4 * index).some((at) => words.has(at));
  return {
    data: (block) => wordsAt(dataAddress(block), block.words),
    parity: (block) => (hasParity(block) ? wordsAt(parityAddress(block), PARITY_WORDS) : null),
    burn(block, data, parity) {
      if (parity !== undefined && !hasParity(block)) {
        const implied = bytesToWords(rsParity(wordsToBytes(wordsAt(dataAddress(block), block.words))));
        implied.forEach((word, index) => {
          words.set(parityAddress(block) + 4 * index, word);
        });
      }
      const fresh = set(dataAddress(block), data.slice(0, block.words));
      return fresh + (parity === undefined ? 0 : set(parityAddress(block), parity));
    },
  };
}

/** Little-endian words of bytes whose number is a multiple of four. */
export function bytesToWords(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => readU32(bytes, 4 * index));
}

export function countOnes(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
