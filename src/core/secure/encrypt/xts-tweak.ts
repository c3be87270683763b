import { type AesBlock, type AesSchedule, encryptBlock } from "./aes.ts";

/** What is left of x^128 in the field of the tweaks (IEEE 1619, section 5.2). */
const REDUCTION = 0x87;

/** The first tweak of a data unit whose number fits into 32 bits. */
export function startTweak(schedule: AesSchedule, unit: number, tweak: AesBlock): void {
  tweak.fill(0);
  tweak[0] = unit;
  encryptBlock(schedule, tweak);
}

/** Adds the tweak to the block: before and after the cipher. */
export function addTweak(block: AesBlock, tweak: AesBlock): void {
  block[0] = (block[0] ?? 0) ^ (tweak[0] ?? 0);
  block[1] = (block[1] ?? 0) ^ (tweak[1] ?? 0);
  block[2] = (block[2] ?? 0) ^ (tweak[2] ?? 0);
  block[3] = (block[3] ?? 0) ^ (tweak[3] ?? 0);
}

/** The tweak of the next block: times x, the 128 bits taken as little-endian. */
export function nextTweak(tweak: AesBlock): void {
  const word0 = tweak[0] ?? 0;
  const word1 = tweak[1] ?? 0;
  const word2 = tweak[2] ?? 0;
  const word3 = tweak[3] ?? 0;
  tweak[0] = (word0 << 1) ^ (word3 >>> 31 ? REDUCTION : 0);
  tweak[1] = (word1 << 1) | (word0 >>> 31);
  tweak[2] = (word2 << 1) | (word1 >>> 31);
  tweak[3] = (word3 << 1) | (word2 >>> 31);
}
