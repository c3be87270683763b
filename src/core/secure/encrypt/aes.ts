/**
 * AES on single blocks; no other file of flash encryption knows the library for it.
 *
 * Rounds are the library's. So is the key expansion where a key lives long (AES-XTS, the boot loader's digest). The ESP32's
 * flash encryption has another key every 32 bytes: 524,288 expansions for 16 MB, where the limit is 2 s of CPU for all work.
 * On the machine of docs/benchmarks.md the library's `expandKeyDecLE` alone took 2.1 to 3.6 s for them, for it allocates
 * each time; WebCrypto with its `importKey` for each took some 90 s. The schedule of FIPS-197 section 5.2 is therefore
 * written out here for 256-bit keys, into memory that is reused: 0.3 to 0.4 s. A test compares it with the library's on
 * random keys and with FIPS-197, appendix A.3.
 *
 * Tables are looked up by secret values, as in the library: this is for files on one's own machine, where nobody times it.
 */
import { unsafe } from "@noble/ciphers/aes.js";

/** A block as four words, little-endian: the first byte is the lowest of the first word. */
export type AesBlock = Uint32Array;

/** Round keys for one direction. */
export type AesSchedule = Uint32Array;

// FIPS-197, figure 4: a 256-bit key has eight words and makes fifteen round keys of four.
const KEY_WORDS = 8;
const ROUND_KEY_WORDS = 4;
const SCHEDULE_WORDS = 60;

export function newAesBlock(): AesBlock {
  return new Uint32Array(4);
}

/** For `encryptBlock`; 16, 24 or 32 bytes of key. */
export function expandEncryptionKey(key: Uint8Array): AesSchedule {
  return unsafe.expandKeyLE(key);
}

/** For `decryptBlock`; 16, 24 or 32 bytes of key. */
export function expandDecryptionKey(key: Uint8Array): AesSchedule {
  return unsafe.expandKeyDecLE(key);
}

/** Encrypts the block in place. */
export function encryptBlock(schedule: AesSchedule, block: AesBlock): void {
  const { s0, s1, s2, s3 } = unsafe.encrypt(schedule, block[0] ?? 0, block[1] ?? 0, block[2] ?? 0, block[3] ?? 0);
  block[0] = s0;
  block[1] = s1;
  block[2] = s2;
  block[3] = s3;
}

/** Decrypts the block in place. */
export function decryptBlock(schedule: AesSchedule, block: AesBlock): void {
  const { s0, s1, s2, s3 } = unsafe.decrypt(schedule, block[0] ?? 0, block[1] ?? 0, block[2] ?? 0, block[3] ?? 0);
  block[0] = s0;
  block[1] = s1;
  block[2] = s2;
  block[3] = s3;
}

/** Room for the schedule of a 256-bit key, to be filled by `refillEncryption` or `refillDecryption`. */
export function newSchedule256(): AesSchedule {
  return new Uint32Array(SCHEDULE_WORDS);
}

/** FIPS-197, section 5.2: what `expandEncryptionKey` makes of a 256-bit key, given as eight little-endian words. */
export function refillEncryption(schedule: AesSchedule, key: Uint32Array): void {
  schedule.set(key);
  for (let at = KEY_WORDS, roundConstant = 1; at < SCHEDULE_WORDS; at++) {
    let word = schedule[at - 1] ?? 0;
    if (at % KEY_WORDS === 0) {
      word = substitute((word >>> 8) | (word << 24)) ^ roundConstant;
      roundConstant <<= 1;
    } else if (at % KEY_WORDS === ROUND_KEY_WORDS) word = substitute(word);
    schedule[at] = (schedule[at - KEY_WORDS] ?? 0) ^ word;
  }
}

/**
 * FIPS-197, section 5.3.5, "equivalent inverse cipher": what `expandDecryptionKey` makes of the key. The round keys stand in
 * reverse order, all but the first and the last with their columns unmixed. `scratch` is a schedule to work in.
 */
export function refillDecryption(schedule: AesSchedule, key: Uint32Array, scratch: AesSchedule): void {
  refillEncryption(scratch, key);
  const last = SCHEDULE_WORDS - ROUND_KEY_WORDS;
  for (let at = 0; at < SCHEDULE_WORDS; at++) {
    const column = at % ROUND_KEY_WORDS;
    const word = scratch[last - at + 2 * column] ?? 0;
    schedule[at] = at < ROUND_KEY_WORDS || at >= last ? word : unmixColumn(word);
  }
}

/** The S-box on each byte of the word. */
function substitute(word: number): number {
  return (
    (SUBSTITUTION[word & 0xff] ?? 0) |
    ((SUBSTITUTION[(word >>> 8) & 0xff] ?? 0) << 8) |
    ((SUBSTITUTION[(word >>> 16) & 0xff] ?? 0) << 16) |
    ((SUBSTITUTION[word >>> 24] ?? 0) << 24)
  );
}

/** InvMixColumns on one column (FIPS-197, section 5.3.3): each byte adds its own column of the matrix, turned by its row. */
function unmixColumn(word: number): number {
  const row0 = UNMIXED[word & 0xff] ?? 0;
  const row1 = UNMIXED[(word >>> 8) & 0xff] ?? 0;
  const row2 = UNMIXED[(word >>> 16) & 0xff] ?? 0;
  const row3 = UNMIXED[word >>> 24] ?? 0;
  return row0 ^ rotateLeft(row1, 8) ^ rotateLeft(row2, 16) ^ rotateLeft(row3, 24);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The product in AES's field (FIPS-197, section 4.2). */
function multiply(left: number, right: number): number {
  let product = 0;
  for (let factor = left, bits = right; bits > 0; bits >>= 1) {
    if (bits & 1) product ^= factor;
    factor = (factor << 1) ^ (factor & 0x80 ? 0x11b : 0);
  }
  return product;
}

/** FIPS-197, section 5.1.1: the inverse in the field, then the affine map. */
function substitutionBox(): Uint8Array<ArrayBuffer> {
  const box = new Uint8Array(256);
  // 3 generates all elements but 0, and 0xf6 is its inverse: the two stay inverse to each other.
  for (let step = 0, element = 1, inverse = 1; step < 255; step++) {
    const twice = inverse * 0x101;
    const mapped = twice ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7);
    box[element] = mapped ^ 0x63;
    element = multiply(element, 3);
    inverse = multiply(inverse, 0xf6);
  }
  box[0] = 0x63;
  return box;
}

/** The first column of InvMixColumns' matrix (14, 9, 13, 11) times each byte. */
function unmixedBytes(): Uint32Array {
  return Uint32Array.from(
    { length: 256 },
    (_, byte) =>
      multiply(14, byte) | (multiply(9, byte) << 8) | (multiply(13, byte) << 16) | (multiply(11, byte) << 24),
  );
}

const SUBSTITUTION: Uint8Array = /* @__PURE__ */ substitutionBox();
const UNMIXED: Uint32Array = /* @__PURE__ */ unmixedBytes();
