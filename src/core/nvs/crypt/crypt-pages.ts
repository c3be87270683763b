import { EspError } from "../../errors.ts";
import { standardXts, type UnitCipher } from "../../secure/encrypt/standard-xts.ts";
import { decodeEntry } from "../page/entry-layout.ts";
import {
  decodePageHeader,
  ENTRIES_PER_PAGE,
  ENTRY_BYTES,
  entryAt,
  entryState,
  isBlank,
  PAGE_BYTES,
} from "../page/page-layout.ts";

function nvsCipher(keys: Uint8Array): UnitCipher {
  return standardXts(keys);
}

/** Entries that stand at this offset of the partition. */
export function encryptUnits(entries: Uint8Array, offset: number, keys: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = nvsCipher(keys);
  const result = new Uint8Array(entries.length);
  for (let at = 0; at < entries.length; at += ENTRY_BYTES)
    result.set(cipher.encrypt(offset + at, entries.subarray(at, at + ENTRY_BYTES)), at);
  return result;
}

/** Every place of 32 bytes by its offset in the image, which is its tweak (fact sheet 4.4). */
function* places(
  bytes: Uint8Array,
): Generator<{ readonly offset: number; readonly page: Uint8Array; readonly index: number }> {
  for (let at = 0; at + PAGE_BYTES <= bytes.length; at += PAGE_BYTES) {
    const page = bytes.subarray(at, at + PAGE_BYTES);
    for (let index = 0; index < ENTRIES_PER_PAGE; index++) yield { offset: at + entryAt(index), page, index };
  }
}

/** All that was ever written; what is blank stays blank. Headers and states are not encrypted. */
export function encryptPages(bytes: Uint8Array, keys: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = nvsCipher(keys);
  const result = new Uint8Array(bytes);
  for (const { offset, page, index } of places(bytes))
    if (entryState(page, index) !== "empty")
      result.set(cipher.encrypt(offset, bytes.subarray(offset, offset + ENTRY_BYTES)), offset);
  return result;
}

/**
 * A copy that can be read; null for `keys`: of an image that is not encrypted. An image of whose entries none is readable is
 * not taken for one that is empty.
 */
export function decryptPages(bytes: Uint8Array, keys: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes);
  if (keys === null) {
    if (readability(bytes) === "none") throw encrypted();
    return result;
  }
  const cipher = nvsCipher(keys);
  for (const { offset } of places(bytes)) {
    const place = bytes.subarray(offset, offset + ENTRY_BYTES);
    if (!isBlank(place)) result.set(cipher.decrypt(offset, place), offset);
  }
  if (readability(result) !== "none") return result;
  throw wrongKeys(readability(bytes) === "some");
}

/**
 * Whether entries that count have their checksums: `none` only where nothing even looks like an entry, for one that is damaged
 * does.
 */
function readability(bytes: Uint8Array): "some" | "doubtful" | "none" | "nothing-written" {
  let written = 0;
  let likely = 0;
  for (const { offset, page, index } of places(bytes)) {
    if (entryState(page, index) !== "written" || !isRead(page)) continue;
    const place = bytes.subarray(offset, offset + ENTRY_BYTES);
    const { isSound, type, key } = decodeEntry(place);
    if (isSound) return "some";
    written++;
    if (type !== null && isLikelyName(place, key)) likely++;
  }
  if (written === 0) return "nothing-written";
  return likely > 0 ? "doubtful" : "none";
}

function isRead(page: Uint8Array): boolean {
  const { state, isSound } = decodePageHeader(page);
  return isSound && state !== "corrupt" && state !== "empty";
}

/** Plain ASCII, and nothing but zeros behind it up to the end of its 16 bytes: no cipher makes such bytes by chance. */
function isLikelyName(place: Uint8Array, key: string): boolean {
  const end = place.indexOf(0, 8);
  return /^[\x20-\x7e]+$/.test(key) && end > 8 && end < 24 && isZero(place.subarray(end, 24));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function encrypted(): EspError {
  return new EspError("nvs.encrypted", "No entry can be read: the partition is encrypted, or damaged throughout.", {
    hint: "Give the keys: the file of the keys partition, or the HMAC key from which they are derived.",
  });
}

function wrongKeys(isPlain: boolean): EspError {
  return isPlain
    ? new EspError("nvs.wrong-keys", "The partition is not encrypted.", { hint: "Read it without keys." })
    : new EspError("nvs.wrong-keys", "No entry can be read with these keys: all checksums are wrong.", {
        hint: "The partition belongs to other keys. With the HMAC scheme every chip may have its own.",
      });
}
