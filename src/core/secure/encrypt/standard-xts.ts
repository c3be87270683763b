import {
  type AesSchedule,
  decryptBlock,
  encryptBlock,
  expandDecryptionKey,
  expandEncryptionKey,
  newAesBlock,
} from "./aes.ts";
import { viewOf } from "./reversed-block.ts";
import { addTweak, nextTweak, startTweak } from "./xts-tweak.ts";

const BLOCK_BYTES = 16;

/** A cipher over data units that stand alone. `unit`: the number of the data unit, below 2^32; data: whole blocks of 16 bytes. */
export interface UnitCipher {
  encrypt(unit: number, data: Uint8Array): Uint8Array<ArrayBuffer>;
  decrypt(unit: number, data: Uint8Array): Uint8Array<ArrayBuffer>;
}

/**
 * XTS just as IEEE 1619 has it, for what is encrypted by software (NVS); flash encryption, done by the chip, reverses its units
 * (`xts-encryption.ts`). Of the key (32 bytes for AES-128, 64 for AES-256) the first half is for the data.
 */
export function standardXts(key: Uint8Array): UnitCipher {
  const half = key.length / 2;
  const encryption = expandEncryptionKey(key.subarray(0, half));
  const decryption = expandDecryptionKey(key.subarray(0, half));
  const tweaks = expandEncryptionKey(key.subarray(half));
  return {
    encrypt: (unit, data) => throughBlocks(tweaks, { unit, data }, (block) => encryptBlock(encryption, block)),
    decrypt: (unit, data) => throughBlocks(tweaks, { unit, data }, (block) => decryptBlock(decryption, block)),
  };
}

function throughBlocks(
  tweaks: AesSchedule,
  { unit, data }: { readonly unit: number; readonly data: Uint8Array },
  apply: (block: Uint32Array) => void,
): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(data.length);
  const source = viewOf(data);
  const target = viewOf(output);
  const tweak = newAesBlock();
  const block = newAesBlock();
  startTweak(tweaks, unit, tweak);
  for (let offset = 0; offset < data.length; offset += BLOCK_BYTES) {
    for (let word = 0; word < 4; word++) block[word] = source.getUint32(offset + 4 * word, true);
    addTweak(block, tweak);
    apply(block);
    addTweak(block, tweak);
    for (let word = 0; word < 4; word++) target.setUint32(offset + 4 * word, block[word] ?? 0, true);
    nextTweak(tweak);
  }
  return output;
}
