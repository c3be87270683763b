import { sha256 } from "../../bytes/sha256.ts";
import { concatBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { host } from "../../host.ts";

/** What a key is for: the ESP32's flash encryption, that of all later chips, or the ESP32's secure boot version 1. */
export type EncryptionKeyUse = "esp32-flash" | "aes-xts" | "secure-boot-v1";

/** How the cipher's key came from the file: as it is, as its digest, or with its bytes 8 to 15 repeated at the end. */
export type KeyDerivation = "none" | "sha-256" | "repeated";

/** A key as the cipher takes it. `bytes` is a secret: never show or store it. */
export interface EncryptionKey {
  /** 32 bytes, or 64 for AES-XTS with 256-bit AES. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bits in the file: 128, 192, 256 or 512. */
  readonly bits: number;
  readonly derivation: KeyDerivation;
}

// Fact sheet, B10: the lengths in bytes that each use takes.
const LENGTHS: Readonly<Record<EncryptionKeyUse, readonly number[]>> = {
  "esp32-flash": [24, 32],
  "aes-xts": [16, 32, 64],
  "secure-boot-v1": [16, 24, 32],
};
const USES: Readonly<Record<EncryptionKeyUse, string>> = {
  "esp32-flash": "The ESP32's flash encryption",
  "aes-xts": "AES-XTS flash encryption",
  "secure-boot-v1": "Secure boot version 1",
};

/**
 * The key in a key file: 16 bytes stand for their SHA-256, 24 for themselves with bytes 8 to 15 again (as an
 * ESP32 with 3/4 coding does), 32 and 64 for themselves. Throws `secure.key-length`.
 */
export function readEncryptionKey(file: ByteSource, use: EncryptionKeyUse): EncryptionKey {
  const contents = checkBytes(file, "file");
  oneOf(Object.keys(USES) as EncryptionKeyUse[])(use, "use");
  if (!LENGTHS[use].includes(contents.length))
    throw new EspError("secure.key-length", `${USES[use]} takes no key of ${contents.length} bytes.`, {
      hint: `The key file must have ${listed(LENGTHS[use])} bytes.`,
      details: { sizeBytes: contents.length, allowed: LENGTHS[use] },
    });
  const bits = contents.length * 8;
  if (contents.length === 16) return { bytes: sha256(contents), bits, derivation: "sha-256" };
  if (contents.length === 24)
    return { bytes: concatBytes([contents, contents.subarray(8, 16)]), bits, derivation: "repeated" };
  return { bytes: contents, bits, derivation: "none" };
}

const checkEncryptionKey: Check<EncryptionKey> = shape<EncryptionKey>({
  bytes: checkBytes,
  bits: wholeNumber(1, 512),
  derivation: oneOf<KeyDerivation>(["none", "sha-256", "repeated"]),
});

/** One line for a person on which kind of key it is; nothing of the key. */
export function describeEncryptionKey(key: EncryptionKey): string {
  const { bits, derivation } = checkEncryptionKey(key, "key");
  return `Using ${bits}-bit key${derivation === "none" ? "" : " (extended)"}.`;
}

// Every length that some use takes.
const KEY_BITS: readonly number[] = [128, 192, 256, 512];
const DIGEST_KEY_BITS: readonly number[] = [192, 256];
const P256_SCALAR_BYTES = 32;

/** Random bytes for a flash encryption key of 128, 192, 256 or 512 bits. Throws `argument.invalid`. */
export function generateFlashEncryptionKey(bits = 256): Uint8Array<ArrayBuffer> {
  wholeNumber(1)(bits, "bits");
  requireKeyBits(bits, KEY_BITS);
  return host.crypto.getRandomValues(new Uint8Array(bits / 8));
}

/**
 * A key of 256 or 192 bits from the private key of a NIST P-256 signing key: the SHA-256 of its scalar (32 bytes, big-endian).
 * Throws `argument.invalid`, and `secure.wrong-key-type` for a scalar of another curve.
 */
export function digestPrivateKey(scalar: ByteSource, bits = 256): Uint8Array<ArrayBuffer> {
  const number = checkBytes(scalar, "scalar");
  wholeNumber(1)(bits, "bits");
  requireKeyBits(bits, DIGEST_KEY_BITS);
  if (number.length !== P256_SCALAR_BYTES)
    throw new EspError("secure.wrong-key-type", "Only a NIST P-256 private key can be digested to a key.", {
      hint: "Give the ECDSA signing key of secure boot version 1.",
      remedies: ["make-version-1-key"],
      details: { sizeBytes: number.length },
    });
  return sha256(number).slice(0, bits / 8);
}

function requireKeyBits(bits: number, allowed: readonly number[]): void {
  if (!allowed.includes(bits))
    throw new EspError("argument.invalid", `A key of ${bits} bits is of no use.`, {
      hint: `The length must be ${listed(allowed)} bits.`,
      details: { bits, allowed },
    });
}

function listed(lengths: readonly number[]): string {
  return `${lengths.slice(0, -1).join(", ")} or ${lengths.at(-1)}`;
}
