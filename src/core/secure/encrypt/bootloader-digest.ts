import { sha512 } from "../../bytes/sha512.ts";
import { concatBytes, padTo } from "../../bytes/words.ts";
import { checkBytes, type WithByteSources } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { EspError } from "../../errors.ts";
import { host } from "../../host.ts";
import type { FirmwareImage } from "../../image/firmware/firmware-image.ts";
import { parseImage } from "../../image/firmware/parse-image.ts";
import { requireSound } from "../../image/require-sound.ts";
import { note, type SecureNotice, warning } from "../notice.ts";
import { encryptBlock, expandEncryptionKey, newAesBlock } from "./aes.ts";
import { describeEncryptionKey, readEncryptionKey } from "./encryption-key.ts";
import { readReversed, viewOf } from "./reversed-block.ts";

// Fact sheet, B13.
const IV_BYTES = 128;
const IMAGE_ALIGNMENT = 128;
const DIGEST_FILE_BYTES = 0x1000;
const BLOCK_BYTES = 16;
const SHA256_BYTES = 32;

export interface DigestedBootloader {
  /** For flash address 0: IV, digest (64 bytes), 0xFF up to 0x1000, and the image padded to a multiple of 128. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** 64 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly notices: readonly SecureNotice[];
}

/** What to digest, and with what. */
export interface BootloaderDigestRequest {
  /** The boot loader's image file. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** The secure boot key file's content: 16, 24 or 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  /** For tests only; 128 random bytes when absent. Of a longer one the first 128 bytes count. */
  readonly iv?: Uint8Array<ArrayBuffer> | undefined;
}

const checkDigestRequest: Check<BootloaderDigestRequest> = shape<BootloaderDigestRequest>({
  image: checkBytes,
  key: checkBytes,
  iv: optional(checkBytes),
});

/**
 * The boot loader with the digest that the ESP32 checks in secure boot version 1.
 * Throws `secure.key-length`, `argument.invalid` (the IV), `file.empty`, `image.invalid`, `image.truncated` and
 * `image.wrong-chip`.
 *
 * @example
 * const { data } = digestBootloader({ image, key }); // goes to flash address 0
 */
export function digestBootloader(request: WithByteSources<BootloaderDigestRequest>): DigestedBootloader {
  const { image, key: keyFile, iv: givenIv } = checkDigestRequest(request, "request");
  const key = readEncryptionKey(keyFile, "secure-boot-v1");
  const parsed = parseImage(image, "esp32");
  requireEsp32(parsed);
  requireSound(parsed);
  const iv = givenIv === undefined ? host.crypto.getRandomValues(new Uint8Array(IV_BYTES)) : requireIv(givenIv);
  const notices: SecureNotice[] = [];
  if (givenIv !== undefined)
    notices.push(warning("secure.given-iv", "An IV of one's own is for tests only."), ...shortIv(iv));
  notices.push(note("secure.key-used", describeEncryptionKey(key)), ...wrongChecksum(parsed));
  const padded = padTo(withoutDigest(image, parsed), IMAGE_ALIGNMENT);
  const digest = secureDigest(key.bytes, concatBytes([iv, padded]));
  const data = concatBytes([padTo(concatBytes([iv, digest]), DIGEST_FILE_BYTES), padded]);
  return { data, digest, notices };
}

/**
 * The chip's AES writes its result's words last first, and its SHA takes and gives words with their bytes swapped: what is
 * hashed and how the digest is stored follow from that.
 */
function secureDigest(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const schedule = expandEncryptionKey(key);
  const block = newAesBlock();
  const hashed = new Uint8Array(message.length);
  const source = viewOf(message);
  const target = viewOf(hashed);
  for (let offset = 0; offset < message.length; offset += BLOCK_BYTES) {
    readReversed(source, offset, block);
    encryptBlock(schedule, block);
    block.reverse();
    block.forEach((word, index) => {
      target.setUint32(offset + 4 * index, word, true);
    });
  }
  const digest = sha512(hashed);
  const words = viewOf(digest);
  for (let offset = 0; offset < digest.length; offset += 4) words.setUint32(offset, words.getUint32(offset), true);
  return digest;
}

/**
 * Of an image with an appended SHA-256 a rest of at most its length behind the last multiple of 128 goes: a boot loader is
 * built so that the SHA-256 alone stands there (fact sheet, B13).
 */
function withoutDigest(image: Uint8Array<ArrayBuffer>, { extended }: FirmwareImage): Uint8Array<ArrayBuffer> {
  const rest = image.length % IMAGE_ALIGNMENT;
  return extended?.hasDigest && rest <= SHA256_BYTES ? image.subarray(0, image.length - rest) : image;
}

function requireEsp32({ extended, notices }: FirmwareImage): void {
  if (!notices.some(({ code }) => code === "image.wrong-chip")) return;
  throw new EspError("image.wrong-chip", "This image is for another chip than the ESP32.", {
    hint: "Only the ESP32 has secure boot version 1. For other chips sign the image by version 2.",
    remedies: ["sign-version-2"],
    details: { imageChipId: extended?.chipId, forcible: false },
  });
}

function requireIv(iv: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const used = iv.subarray(0, IV_BYTES);
  if (used.length > 0 && used.length % BLOCK_BYTES === 0) return used;
  throw new EspError("argument.invalid", `An IV of ${iv.length} bytes cannot be used.`, {
    hint: `The IV must have ${IV_BYTES} bytes. For tests a smaller multiple of ${BLOCK_BYTES} is taken too.`,
    details: { sizeBytes: iv.length },
  });
}

function shortIv(iv: Uint8Array<ArrayBuffer>): SecureNotice[] {
  if (iv.length === IV_BYTES) return [];
  const message = `The IV has ${iv.length} bytes instead of ${IV_BYTES}: no chip will start what is made with it.`;
  return [warning("secure.short-iv", message)];
}

function wrongChecksum({ checksum }: FirmwareImage): SecureNotice[] {
  if (checksum === null || checksum.stored === checksum.computed) return [];
  const message = "The image's checksum is wrong: no chip will start it, digested or not.";
  return [warning("secure.wrong-checksum", message)];
}
