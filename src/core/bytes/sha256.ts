import type { DigestKind } from "./block-digest.ts";

const PRIMES: readonly number[] = Array.from({ length: 310 }, (_, index) => index + 2).filter(
  (candidate, _, all) => !all.some((divisor) => divisor * divisor <= candidate && candidate % divisor === 0),
);

/** FIPS 180-4, 4.2.2 and 5.3.3: the first 32 bits behind the point of roots of the first primes. */
const rootBits = (count: number, root: number): Int32Array =>
  Int32Array.from(PRIMES.slice(0, count), (prime) => (prime ** (1 / root) % 1) * 2 ** 32);

const CONSTANTS: Int32Array = rootBits(64, 3);

const WORDS = new Int32Array(64);

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

function compress(state: Int32Array, block: DataView, offset: number): void {
  for (let index = 0; index < 16; index++) WORDS[index] = block.getInt32(offset + index * 4);
  for (let index = 16; index < 64; index++) {
    const early = WORDS[index - 15]!;
    const late = WORDS[index - 2]!;
    const small = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const large = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    WORDS[index] = WORDS[index - 16]! + small + WORDS[index - 7]! + large;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let step = 0; step < 64; step++) {
    const choice = (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + choice + CONSTANTS[step]! + WORDS[step]!) | 0;
    const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
  state[5] = state[5]! + f;
  state[6] = state[6]! + g;
  state[7] = state[7]! + h;
}

export const SHA256: DigestKind = { initial: [...rootBits(8, 2)], compress, isLittleEndian: false };
