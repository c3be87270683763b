import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, checkThat } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { listOf } from "../../check/values.ts";

/** Blocks as numbers: bit i of a block is bit i % 32 of its word i / 32 (fact sheet efuse-secure A4). */

const WORD = 32n;
const WORD_MASK = 0xffff_ffffn;

const checkWords: Check<number[]> = listOf(wholeNumber(-0x8000_0000, 0xffff_ffff));
const checkBits: Check<bigint> = checkThat((value) => typeof value === "bigint", "a bigint");
/** Far beyond the largest block. */
const checkCount: Check<number> = wholeNumber(0, 0xffff);

/** The lowest word first. */
export function wordsToBits(words: readonly number[]): bigint {
  const numbers = checkWords(words, "words");
  let bits = 0n;
  numbers.forEach((word, index) => {
    bits |= BigInt(word >>> 0) << (WORD * BigInt(index));
  });
  return bits;
}

/** `count` words, the lowest first; what is beyond them is dropped. */
export function bitsToWords(bits: bigint, count: number): number[] {
  checkBits(bits, "bits");
  checkCount(count, "count");
  return Array.from({ length: count }, (_, index) => Number((bits >> (WORD * BigInt(index))) & WORD_MASK));
}

/** Byte 0 holds the lowest bits. */
export function bytesToBits(bytes: ByteSource): bigint {
  const memory = checkBytes(bytes, "bytes");
  let bits = 0n;
  for (let index = memory.length - 1; index >= 0; index--) bits = (bits << 8n) | BigInt(memory[index] ?? 0);
  return bits;
}

export function bitsToBytes(bits: bigint, length: number): Uint8Array<ArrayBuffer> {
  checkBits(bits, "bits");
  checkCount(length, "length");
  return Uint8Array.from({ length }, (_, index) => Number((bits >> BigInt(8 * index)) & 0xffn));
}

/** `width` ones, the lowest at `bit`. */
export function bitMask(bit: number, width: number): bigint {
  return ((1n << BigInt(width)) - 1n) << BigInt(bit);
}

/** The numbers of the bits that are set, in order. */
export function bitNumbers(bits: bigint): number[] {
  const numbers: number[] = [];
  for (let rest = bits, bit = 0; rest > 0n; rest >>= 1n, bit++) if ((rest & 1n) === 1n) numbers.push(bit);
  return numbers;
}
