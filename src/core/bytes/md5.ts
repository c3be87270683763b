import type { DigestKind } from "./block-digest.ts";

/** RFC 1321, 3.4: the whole part of 2^32 times the sine. */
const SINES: Int32Array = Int32Array.from({ length: 64 }, (_, index) => Math.abs(Math.sin(index + 1)) * 2 ** 32);
/** By how many bits is rotated: four of them in turn in each of four rounds. */
const SHIFTS: Uint8Array = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);

const WORDS = new Int32Array(16);

function compress(state: Int32Array, block: DataView, offset: number): void {
  for (let index = 0; index < 16; index++) WORDS[index] = block.getInt32(offset + index * 4, true);
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  for (let step = 0; step < 64; step++) {
    const round = step >>> 4;
    let mixed: number;
    let word: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      word = step;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      word = 5 * step + 1;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = 3 * step + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * step;
    }
    const sum = (a + mixed + SINES[step]! + WORDS[word & 15]!) | 0;
    const shift = SHIFTS[round * 4 + (step & 3)]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
}

export const MD5: DigestKind = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476],
  compress,
  isLittleEndian: true,
};
