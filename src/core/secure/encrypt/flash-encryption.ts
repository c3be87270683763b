// Shelf: flash encryption: the ESP32's scheme and AES-XTS, and the digest of the secure boot loader.
// In: bytes, their address in flash, a key.
// Out: bytes of the same length.

import { hexAddress } from "../../bytes/hex.ts";
import { roundUp } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { host } from "../../host.ts";
import { note, type SecureNotice, warning } from "../notice.ts";
import { describeEncryptionKey, type EncryptionKey, readEncryptionKey } from "./encryption-key.ts";
import { esp32Decrypt, esp32Encrypt } from "./esp32-encryption.ts";
import { FULL_TWEAK } from "./esp32-tweak.ts";
import { xtsDecrypt, xtsEncrypt } from "./xts-encryption.ts";

const BLOCK_BYTES = 16;
const ESP32_LIMIT = 0x1000000;
const XTS_LIMIT = 0x1_0000_0000;

/** How a chip encrypts its flash. `key` is the key file's content, of any length that `readEncryptionKey` takes. */
export type FlashEncryption =
  | {
      readonly scheme: "esp32";
      readonly key: ByteSource;
      /** The eFuse FLASH_CRYPT_CONFIG, 0 to 15; 15 when absent, as ESP-IDF burns it. */
      readonly flashCryptConfig?: number | undefined;
    }
  /** All chips but the ESP32. */
  | { readonly scheme: "aes-xts"; readonly key: ByteSource };

export interface FlashEncryptionResult {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Random bytes that were appended to fill the last block; they are part of `data`. */
  readonly paddingBytes: number;
  readonly notices: readonly SecureNotice[];
}

const checkEncryption: Check<FlashEncryption> = (value, argument) =>
  shape<{ scheme: FlashEncryption["scheme"]; key: Uint8Array<ArrayBuffer>; flashCryptConfig?: number }>({
    scheme: oneOf<FlashEncryption["scheme"]>(["esp32", "aes-xts"]),
    key: checkBytes,
    flashCryptConfig: optional(wholeNumber(0)),
  })(value, argument);

/**
 * The data as it must stand in the flash at `address` (a multiple of 16) of a chip with flash encryption. Data may be cut at
 * any multiple of 16 and encrypted piece by piece, each with its own address.
 * The ESP32's scheme fills a last block with random bytes; AES-XTS takes whole blocks only.
 * Throws `secure.key-length`, `secure.weak-key` (AES-XTS with equal key halves), `secure.unaligned`, `secure.out-of-range`
 * (beyond 16 MB, or 4 GB), `file.empty` and `argument.invalid`.
 *
 * @example
 * const { data } = encryptFlashData({ scheme: "aes-xts", key }, 0x10000, application);
 */
export function encryptFlashData(
  encryption: FlashEncryption,
  address: number,
  data: ByteSource,
): FlashEncryptionResult {
  const way = checkEncryption(encryption, "encryption");
  wholeNumber(0)(address, "address");
  const bytes = checkBytes(data, "data");
  const key = keyOf(way);
  if (way.scheme === "aes-xts") {
    requireDifferentHalves(key);
    requireWholeBlocks(bytes, "encrypted");
  }
  requireRange(way.scheme, address, bytes);
  const plain = fillLastBlock(bytes);
  const notices = noticesFor(way, key);
  const paddingBytes = plain.length - bytes.length;
  if (paddingBytes > 0)
    notices.push(note("secure.padded", `The length is no multiple of 16: ${paddingBytes} random bytes were appended.`));
  const encrypted =
    way.scheme === "aes-xts"
      ? xtsEncrypt(key.bytes, address, plain)
      : esp32Encrypt({ key: key.bytes, flashCryptConfig: configOf(way) }, address, plain);
  return { data: encrypted, paddingBytes, notices };
}

/** The way back from `encryptFlashData`, for whole blocks. Equal key halves are allowed: what is in a flash can be read. */
export function decryptFlashData(
  encryption: FlashEncryption,
  address: number,
  data: ByteSource,
): FlashEncryptionResult {
  const way = checkEncryption(encryption, "encryption");
  wholeNumber(0)(address, "address");
  const bytes = checkBytes(data, "data");
  const key = keyOf(way);
  requireWholeBlocks(bytes, "decrypted");
  requireRange(way.scheme, address, bytes);
  const decrypted =
    way.scheme === "aes-xts"
      ? xtsDecrypt(key.bytes, address, bytes)
      : esp32Decrypt({ key: key.bytes, flashCryptConfig: configOf(way) }, address, bytes);
  return { data: decrypted, paddingBytes: 0, notices: noticesFor(way, key) };
}

function keyOf({ scheme, key }: FlashEncryption): EncryptionKey {
  return readEncryptionKey(key, scheme === "esp32" ? "esp32-flash" : "aes-xts");
}

function configOf(encryption: FlashEncryption): number {
  const config = encryption.scheme === "esp32" ? (encryption.flashCryptConfig ?? FULL_TWEAK) : FULL_TWEAK;
  if (!Number.isInteger(config) || config < 0 || config > FULL_TWEAK)
    throw new EspError("argument.invalid", `${config} is no flash encryption configuration.`, {
      hint: "FLASH_CRYPT_CONFIG has four bits: give a number from 0 to 0xf.",
      details: { flashCryptConfig: config },
    });
  return config;
}

function noticesFor(encryption: FlashEncryption, key: EncryptionKey): SecureNotice[] {
  const notices = [note("secure.key-used", describeEncryptionKey(key))];
  if (configOf(encryption) === 0)
    notices.push(warning("secure.no-tweak", "Setting FLASH_CRYPT_CONF to zero is not recommended."));
  return notices;
}

/** IEEE 1619 asks for two keys, and OpenSSL refuses to encrypt with one given twice: it leaks where blocks are equal. */
function requireDifferentHalves({ bytes }: EncryptionKey): void {
  const half = bytes.length / 2;
  if (bytes.subarray(0, half).some((byte, index) => byte !== bytes[half + index])) return;
  throw new EspError("secure.weak-key", "The two halves of the AES-XTS key are the same.", {
    hint: "Use a random key.",
    remedies: ["make-encryption-key"],
  });
}

function requireWholeBlocks(data: Uint8Array<ArrayBuffer>, done: "encrypted" | "decrypted"): void {
  if (data.length % BLOCK_BYTES === 0) return;
  throw new EspError("secure.unaligned", `Only a multiple of 16 bytes can be ${done}, and ${data.length} is none.`, {
    hint: done === "encrypted" ? "Pad the file to a multiple of 16 bytes." : "Read the flash again, in whole blocks.",
    details: { sizeBytes: data.length },
  });
}

function requireRange(scheme: FlashEncryption["scheme"], address: number, data: Uint8Array<ArrayBuffer>): void {
  if (data.length === 0)
    throw new EspError("file.empty", "There is no data to encrypt or decrypt.", { hint: "Check the input file." });
  if (!Number.isInteger(address) || address < 0)
    throw new EspError("argument.invalid", `${address} is no flash address.`, {
      hint: "Give the flash address of the data's first byte.",
    });
  if (address % BLOCK_BYTES !== 0)
    throw new EspError("secure.unaligned", `Starting flash address ${hexAddress(address)} must be a multiple of 16.`, {
      hint: "Give the flash address of the data's first byte, and cut the data where blocks of 16 bytes begin.",
      details: { address },
    });
  const limit = scheme === "esp32" ? ESP32_LIMIT : XTS_LIMIT;
  const end = address + data.length;
  if (end <= limit) return;
  const what = scheme === "esp32" ? "The ESP32's flash encryption ends at 16 MB" : "Flash addresses end at 4 GB";
  throw new EspError("secure.out-of-range", `${what}, and this data ends at ${hexAddress(end)}.`, {
    hint: scheme === "esp32" ? "Check the address. For other chips than the ESP32 use AES-XTS." : "Check the address.",
    details: { address, sizeBytes: data.length, limit },
  });
}

/** The same array when nothing is missing. */
function fillLastBlock(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const sizeBytes = roundUp(data.length, BLOCK_BYTES);
  if (sizeBytes === data.length) return data;
  const filled = new Uint8Array(sizeBytes);
  filled.set(data);
  host.crypto.getRandomValues(filled.subarray(data.length));
  return filled;
}
