// Shelf: one page of 4 KB: its header, the states of its 126 entries, and one entry.
// In: bytes of a page.
// Out: its parts, and bytes of new ones.

import { crc32 } from "../../bytes/crc32.ts";
import { readU32, writeU32 } from "../../bytes/words.ts";

/** Fact sheet "build outputs and partitions", 4.1. */
export const PAGE_BYTES = 4096;
export const HEADER_BYTES = 32;
export const STATES_AT = 32;
export const STATES_BYTES = 32;
export const ENTRIES_AT = 64;
export const ENTRY_BYTES = 32;
export const ENTRIES_PER_PAGE = 126;

/** Of the checksums in headers, entries and data. */
export const CRC_SEED = 0xffffffff;

/** A page goes through these by clearing bits. */
export type NvsPageState = "empty" | "active" | "full" | "freeing" | "corrupt";

export const PAGE_STATE_WORDS: Readonly<Record<NvsPageState, number>> = {
  empty: 0xffffffff,
  active: 0xfffffffe,
  full: 0xfffffffc,
  freeing: 0xfffffff8,
  corrupt: 0xfffffff0,
};

export type EntryState = "empty" | "written" | "erased" | "illegal";

/** By the two bits of the state. */
const ENTRY_STATES: readonly EntryState[] = ["erased", "illegal", "written", "empty"];

export interface PageHeader {
  readonly state: NvsPageState;
  readonly sequence: number;
  /** Of the page's format; null: a byte that stands for none. */
  readonly version: NvsVersion | null;
  readonly isSound: boolean;
}

/** 2: blobs may lie on several pages (ESP-IDF 3.2 and later). */
export type NvsVersion = 1 | 2;

const VERSION_BYTES: Readonly<Record<NvsVersion, number>> = { 1: 0xff, 2: 0xfe };
const VERSION_AT = 8;
const CRC_AT = 28;

/** `page`: its 4,096 bytes. What is no known state is corrupt, as for the firmware. */
export function decodePageHeader(page: Uint8Array): PageHeader {
  const word = readU32(page, 0);
  const known = (["empty", "active", "full", "freeing"] as const).find((state) => PAGE_STATE_WORDS[state] === word);
  const version = page[VERSION_AT] === VERSION_BYTES[2] ? 2 : page[VERSION_AT] === VERSION_BYTES[1] ? 1 : null;
  return {
    state: known ?? "corrupt",
    sequence: readU32(page, 4),
    version,
    isSound: readU32(page, CRC_AT) === crc32(page.subarray(4, CRC_AT), CRC_SEED),
  };
}

export function encodePageHeader(sequence: number, version: NvsVersion, state: NvsPageState = "active"): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES).fill(0xff);
  writeU32(header, 0, PAGE_STATE_WORDS[state]);
  writeU32(header, 4, sequence);
  header[VERSION_AT] = VERSION_BYTES[version];
  writeU32(header, CRC_AT, crc32(header.subarray(4, CRC_AT), CRC_SEED));
  return header;
}

export function entryState(page: Uint8Array, index: number): EntryState {
  const bits = ((page[STATES_AT + (index >> 2)] ?? 0) >> ((index & 3) * 2)) & 3;
  return ENTRY_STATES[bits] ?? "illegal";
}

/** Sets the state in a page in memory; flash can only go from empty to written to erased. */
export function setEntryState(page: Uint8Array, index: number, state: EntryState): void {
  const at = STATES_AT + (index >> 2);
  const shift = (index & 3) * 2;
  page[at] = ((page[at] ?? 0) & ~(3 << shift)) | (ENTRY_STATES.indexOf(state) << shift);
}

/** Offset in the page. */
export function entryAt(index: number): number {
  return ENTRIES_AT + index * ENTRY_BYTES;
}

export function isBlank(bytes: Uint8Array): boolean {
  // Asked of each of 126 places of each page: a callback a byte would be most of what reading costs.
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0xff) return false;
  return true;
}
