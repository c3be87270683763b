import {
  type AesBlock,
  decryptBlock,
  encryptBlock,
  expandDecryptionKey,
  expandEncryptionKey,
  newAesBlock,
} from "./aes.ts";
import { readReversed, viewOf, writeReversed } from "./reversed-block.ts";
import { addTweak, nextTweak, startTweak } from "./xts-tweak.ts";

const BLOCK_BYTES = 16;
/** A "data unit" of IEEE 1619: the piece of flash that has one tweak (fact sheet, D5b). */
const UNIT_BYTES = 128;
const BLOCKS = UNIT_BYTES / BLOCK_BYTES;

/** 32 bytes of key for AES-128, 64 for AES-256; address and length are multiples of 16 and end at or below 2^32. */
export function xtsEncrypt(
  key: Uint8Array<ArrayBuffer>,
  address: number,
  plain: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const schedule = expandEncryptionKey(firstHalf(key));
  return throughUnits(key, { address, data: plain }, (block) => encryptBlock(schedule, block));
}

export function xtsDecrypt(
  key: Uint8Array<ArrayBuffer>,
  address: number,
  encrypted: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const schedule = expandDecryptionKey(firstHalf(key));
  return throughUnits(key, { address, data: encrypted }, (block) => decryptBlock(schedule, block));
}

function firstHalf(key: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return key.subarray(0, key.length / 2);
}

/**
 * XTS as in IEEE 1619, but with each unit reversed before and after: its first block is at its end. A unit whose blocks are
 * not all in the data loses nothing, for no block depends on another.
 */
function throughUnits(
  key: Uint8Array<ArrayBuffer>,
  { address, data }: { readonly address: number; readonly data: Uint8Array<ArrayBuffer> },
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
        addTweak(block, tweak);
        apply(block);
        addTweak(block, tweak);
        writeReversed(target, offset, block);
      }
      nextTweak(tweak);
    }
  }
  return output;
}
