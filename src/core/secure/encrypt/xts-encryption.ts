import {
  type AesBlock,
  type AesSchedule,
  decryptBlock,
  encryptBlock,
  expandDecryptionKey,
  expandEncryptionKey,
  newAesBlock,
} from "./aes.ts";
import { readReversed, viewOf, writeReversed } from "./reversed-block.ts";

const BLOCK_BYTES = 16;
/** A "data unit" of IEEE 1619: the piece of flash that has one tweak (fact sheet, D5b). */
const UNIT_BYTES = 128;
const BLOCKS = UNIT_BYTES / BLOCK_BYTES;
/** What is left of x^128 in the field of the tweaks (IEEE 1619, section 5.2). */
const REDUCTION = 0x87;

/** 32 bytes of key for AES-128, 64 for AES-256; address and length are multiples of 16 and end at or below 2^32. */
export function xtsEncrypt(key: Uint8Array, address: number, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const schedule = expandEncryptionKey(firstHalf(key));
  return throughUnits(key, { address, data: plain }, (block) => encryptBlock(schedule, block));
}

export function xtsDecrypt(key: Uint8Array, address: number, encrypted: Uint8Array): Uint8Array<ArrayBuffer> {
  const schedule = expandDecryptionKey(firstHalf(key));
  return throughUnits(key, { address, data: encrypted }, (block) => decryptBlock(schedule, block));
}

function firstHalf(key: Uint8Array): Uint8Array {
  return key.subarray(0, key.length / 2);
}

/**
 * XTS as in IEEE 1619, but with each unit reversed before and after: its first block is at its end. A unit whose blocks are
 * not all in the data loses nothing, for no block depends on another.
 */
function throughUnits(
  key: Uint8Array,
  { address, data }: { readonly address: number; readonly data: Uint8Array },
  apply: (block: AesBlock) => void,
): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(data.length);
  const source = viewOf(data);
  const target = viewOf(output);
  const tweakSchedule = expandEncryptionKey(key.subarray(key.length / 2));
  const tweak = newAesBlock();
  const block = newAesBlock();
  const firstUnit = address - (address % UNIT_BYTES);
  for (let unit = firstUnit; unit < address + data.length; unit += UNIT_BYTES) {
    startTweak(tweakSchedule, unit, tweak);
    for (let index = BLOCKS - 1; index >= 0; index--) {
      const offset = unit + index * BLOCK_BYTES - address;
      if (offset >= 0 && offset < data.length) {
        readReversed(source, offset, block);
        add(block, tweak);
        apply(block);
        add(block, tweak);
        writeReversed(target, offset, block);
      }
      double(tweak);
    }
  }
  return output;
}

function startTweak(schedule: AesSchedule, unit: number, tweak: AesBlock): void {
  tweak.fill(0);
  tweak[0] = unit;
  encryptBlock(schedule, tweak);
}

function add(block: AesBlock, tweak: AesBlock): void {
  block[0] = (block[0] ?? 0) ^ (tweak[0] ?? 0);
  block[1] = (block[1] ?? 0) ^ (tweak[1] ?? 0);
  block[2] = (block[2] ?? 0) ^ (tweak[2] ?? 0);
  block[3] = (block[3] ?? 0) ^ (tweak[3] ?? 0);
}

/** Times x, the 128 bits taken as little-endian. */
function double(tweak: AesBlock): void {
  const word0 = tweak[0] ?? 0;
  const word1 = tweak[1] ?? 0;
  const word2 = tweak[2] ?? 0;
  const word3 = tweak[3] ?? 0;
  tweak[0] = (word0 << 1) ^ (word3 >>> 31 ? REDUCTION : 0);
  tweak[1] = (word1 << 1) | (word0 >>> 31);
  tweak[2] = (word2 << 1) | (word1 >>> 31);
  tweak[3] = (word3 << 1) | (word2 >>> 31);
}
