// Shelf: LittleFS of version 2: directories as logs in pairs of blocks, files as chains of blocks.
// In: bytes of a partition, or files and the sizes that an image is to have.
// Out: files with what is wrong; a fresh image.

import { crc32 } from "../../bytes/crc32.ts";

/** Facts: sheet build-outputs 5.3; LittleFS, SPEC.md. */
export const TAG = {
  fileName: 0x001,
  directoryName: 0x002,
  superblock: 0x0ff,
  directory: 0x200,
  inline: 0x201,
  chain: 0x202,
  attribute: 0x300,
  create: 0x401,
  remove: 0x4ff,
  commit: 0x500,
  nextChecksum: 0x5ff,
  softTail: 0x600,
  hardTail: 0x601,
  move: 0x7ff,
} as const;

/** The three bits that say of what kind a tag is. */
export const KIND = 0x700;
/** In an id: of no file. */
export const NO_ID = 0x3ff;
/** In a length: the attribute is gone. */
export const REMOVED = 0x3ff;
export const TAG_BYTES = 4;
export const SUPERBLOCK_NAME = "littlefs";
export const SUPERBLOCK_BYTES = 24;
/** Of the time of change, kept by ESP-IDF's port. */
export const TIME_ATTRIBUTE = 0x74;

export interface Tag {
  readonly type: number;
  readonly id: number;
  /** Of the data behind it, or `REMOVED`. */
  readonly length: number;
}

export function tagWord({ type, id, length }: Tag): number {
  return ((type << 20) | (id << 10) | length) >>> 0;
}

export function tagOf(word: number): Tag {
  return { type: (word >>> 20) & 0x7ff, id: (word >>> 10) & 0x3ff, length: word & 0x3ff };
}

/** The CRC-32 of LittleFS has no inversion at its end: `register` is its state, 0xffffffff at the start. */
export function addToChecksum(bytes: Uint8Array, register = 0xffff_ffff): number {
  return ~crc32(bytes, ~register) >>> 0;
}

/** Pointers to earlier blocks with which a block of a file begins: by its number, which counts from 0. */
export function chainPointers(block: number): number {
  return block === 0 ? 0 : 32 - Math.clz32(block & -block);
}

/** Bytes of a file in one of its blocks. */
export function chainBytes(block: number, blockBytes: number): number {
  return blockBytes - 4 * chainPointers(block);
}
