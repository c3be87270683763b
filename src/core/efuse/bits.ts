/** Blocks as numbers: bit i of a block is bit i % 32 of its word i / 32 (fact sheet efuse-secure A4). */

const WORD = 32n;
const WORD_MASK = 0xffff_ffffn;

/** The lowest word first. */
export function wordsToBits(words: readonly number[]): bigint {
  let bits = 0n;
  words.forEach((word, index) => {
    bits |= BigInt(word >>> 0) << (WORD * BigInt(index));
  });
  return bits;
}

/** `count` words, the lowest first; what is beyond them is dropped. */
export function bitsToWords(bits: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((bits >> (WORD * BigInt(index))) & WORD_MASK));
}

/** Byte 0 holds the lowest bits. */
export function bytesToBits(bytes: Uint8Array): bigint {
  let bits = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) bits = (bits << 8n) | BigInt(bytes[index] ?? 0);
  return bits;
}

export function bitsToBytes(bits: bigint, length: number): Uint8Array {
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
