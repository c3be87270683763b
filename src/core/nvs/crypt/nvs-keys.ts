import { crc32 } from "../../bytes/crc32.ts";
import { hmacSha256 } from "../../bytes/keyed-digests.ts";
import { readU32, writeU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, invalidArgument } from "../../check/check.ts";
import { EspError } from "../../errors.ts";
import { host } from "../../host.ts";
import { CRC_SEED, isBlank, PAGE_BYTES } from "../page/page-layout.ts";

/** Fact sheet 4.4: a key for the data and one for the tweaks, 32 bytes each. */
export const KEY_BYTES = 64;
const HMAC_KEY_BYTES = 32;
/** What the eFuse key is asked to sign for each of the two: eight times this word. */
const DATA_KEY_WORD = 0xaebe5a5a;
const TWEAK_KEY_WORD = 0xcedea5a5;

export const checkKey: Check<Uint8Array> = (value, argument) => {
  const bytes = checkBytes(value, argument);
  if (bytes.length !== KEY_BYTES)
    throw invalidArgument(
      argument,
      value,
      `the ${KEY_BYTES} bytes of both keys`,
      "readNvsKeys takes them out of a file.",
    );
  return bytes;
};

export interface NvsKeys {
  /** 64 bytes: the key of the data, then that of the tweaks. */
  readonly keys: Uint8Array<ArrayBuffer>;
  /** `absent`: the file has nothing but the keys. */
  readonly checksum: "right" | "wrong" | "absent";
}

/**
 * The keys in a partition of subtype `nvs_keys`, or in a file of the 64 bytes alone. Whether to use keys whose checksum is wrong
 * is the caller's decision: firmware refuses them, the original generator does not look.
 * Throws `nvs.invalid-keys` where there are none: fewer than 64 bytes, or a partition that was never written.
 */
export function readNvsKeys(file: ByteSource): NvsKeys {
  const bytes = checkBytes(file, "file");
  if (bytes.length < KEY_BYTES || isBlank(bytes.subarray(0, KEY_BYTES)))
    throw new EspError("nvs.invalid-keys", "There are no NVS keys in it.", {
      hint: "A keys partition begins with 64 bytes of keys and their checksum.",
      details: { sizeBytes: bytes.length },
    });
  const keys = new Uint8Array(bytes.subarray(0, KEY_BYTES));
  if (bytes.length < KEY_BYTES + 4) return { keys, checksum: "absent" };
  return { keys, checksum: readU32(bytes, KEY_BYTES) === crc32(keys, CRC_SEED) ? "right" : "wrong" };
}

/** The contents of a keys partition: 4,096 bytes. */
export function nvsKeysPartition(keys: ByteSource): Uint8Array<ArrayBuffer> {
  const checked = checkKey(keys, "keys");
  const partition = new Uint8Array(PAGE_BYTES).fill(0xff);
  partition.set(checked);
  writeU32(partition, KEY_BYTES, crc32(checked, CRC_SEED));
  return partition;
}

/** New random keys: 64 bytes. */
export function generateNvsKeys(): Uint8Array<ArrayBuffer> {
  const keys = new Uint8Array(KEY_BYTES);
  host.crypto.getRandomValues(keys);
  return keys;
}

/** The keys of the HMAC scheme, which the chip makes of a key in its eFuses (purpose HMAC_UP, 32 bytes). */
export function deriveNvsKeys(hmacKey: ByteSource): Uint8Array<ArrayBuffer> {
  const key = checkBytes(hmacKey, "hmacKey");
  if (key.length !== HMAC_KEY_BYTES)
    throw new EspError("nvs.invalid-keys", `An HMAC key has ${HMAC_KEY_BYTES} bytes, and this one has ${key.length}.`, {
      hint: "Give the file whose contents were burned into the key block.",
      details: { sizeBytes: key.length },
    });
  const keys = new Uint8Array(KEY_BYTES);
  keys.set(hmacSha256(key, repeatedWord(DATA_KEY_WORD)));
  keys.set(hmacSha256(key, repeatedWord(TWEAK_KEY_WORD)), KEY_BYTES / 2);
  return keys;
}

function repeatedWord(word: number): Uint8Array {
  const message = new Uint8Array(32);
  for (let at = 0; at < message.length; at += 4) writeU32(message, at, word);
  return message;
}
