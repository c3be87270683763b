import { readU32 } from "../../bytes/words.ts";
import {
  type AesSchedule,
  decryptBlock,
  encryptBlock,
  newAesBlock,
  newSchedule256,
  refillDecryption,
  refillEncryption,
} from "./aes.ts";
import { tweakKey, tweakMasks } from "./esp32-tweak.ts";
import { readReversed, viewOf, writeReversed } from "./reversed-block.ts";

const BLOCK_BYTES = 16;
const UNIT_BYTES = 32;
const KEY_WORDS = 8;

/** A key and which of its bits the flash offset changes. */
export interface Esp32Cipher {
  /** 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  /** The eFuse FLASH_CRYPT_CONFIG, 0 to 15. */
  readonly flashCryptConfig: number;
}

/** Address and length are multiples of 16 and end at or below 16 MB. */
export function esp32Encrypt(
  cipher: Esp32Cipher,
  address: number,
  plain: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  // The chip's cache decrypts with AES encryption, so what goes into the flash is made by AES decryption.
  const scratch = newSchedule256();
  const refill = (schedule: AesSchedule, key: Uint32Array): void => refillDecryption(schedule, key, scratch);
  return throughUnits(cipher, { address, data: plain }, { refill, apply: decryptBlock });
}

/** The way back: what the chip sees through its cache. */
export function esp32Decrypt(
  cipher: Esp32Cipher,
  address: number,
  encrypted: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return throughUnits(cipher, { address, data: encrypted }, { refill: refillEncryption, apply: encryptBlock });
}

interface Direction {
  readonly refill: (schedule: AesSchedule, key: Uint32Array) => void;
  readonly apply: (schedule: AesSchedule, block: Uint32Array) => void;
}

function throughUnits(
  { key, flashCryptConfig }: Esp32Cipher,
  { address, data }: { readonly address: number; readonly data: Uint8Array<ArrayBuffer> },
  { refill, apply }: Direction,
): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(data.length);
  const source = viewOf(data);
  const target = viewOf(output);
  const masks = tweakMasks(flashCryptConfig);
  const keyWords = Uint32Array.from({ length: KEY_WORDS }, (_, index) => readU32(key, 4 * index));
  const tweaked = new Uint32Array(KEY_WORDS);
  const schedule = newSchedule256();
  const block = newAesBlock();
  for (let offset = 0; offset < data.length; offset += BLOCK_BYTES) {
    const position = address + offset;
    if (offset === 0 || position % UNIT_BYTES === 0) {
      tweakKey(masks, keyWords, position, tweaked);
      refill(schedule, tweaked);
    }
    readReversed(source, offset, block);
    apply(schedule, block);
    writeReversed(target, offset, block);
  }
  return output;
}
