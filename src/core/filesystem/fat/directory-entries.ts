import { readU16, readU32 } from "../../bytes/words.ts";
import { fromCodePage } from "./code-page.ts";
import { ATTRIBUTE, DIRECTORY_ENTRY_BYTES } from "./fat-layout.ts";

/** A file or directory as its directory has it. */
export interface DirectoryEntry {
  /** In the directory's bytes. */
  readonly at: number;
  readonly name: string;
  /** It has a long name that does not belong to it. */
  readonly isLongNameLost: boolean;
  readonly isDirectory: boolean;
  readonly firstCluster: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number | null;
}

const END = 0x00;
const DELETED = 0xe5;
export const LOWER_BASE = 0x08;
export const LOWER_EXTENSION = 0x10;
export const LAST_LONG = 0x40;
/** Where the thirteen UTF-16 units of a piece of a long name stand. */
export const UNITS_AT = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;

interface LongName {
  readonly pieces: readonly string[];
  /** The number of the piece that has to come next; 0: all are there. */
  readonly wanted: number;
  readonly checksum: number;
}

/** What is in a directory, without itself and the one it is in. */
export function directoryEntries(bytes: Uint8Array): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let long: LongName | null = null;
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= bytes.length; at += DIRECTORY_ENTRY_BYTES) {
    const entry = bytes.subarray(at, at + DIRECTORY_ENTRY_BYTES);
    const attributes = (entry[11] ?? 0) & 0x3f;
    if (entry[0] === END) break;
    if (entry[0] === DELETED) long = null;
    else if (attributes === ATTRIBUTE.longName) long = withPiece(long, entry);
    else {
      if ((attributes & ATTRIBUTE.label) === 0 && entry[0] !== 0x2e) entries.push(entryOf(entry, at, long));
      long = null;
    }
  }
  return entries;
}

/** The name of the volume, from the entry that has it; empty: none has. */
export function volumeLabel(root: Uint8Array): string | null {
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= root.length && root[at] !== END; at += DIRECTORY_ENTRY_BYTES) {
    const attributes = (root[at + 11] ?? 0) & 0x3f;
    if (root[at] !== DELETED && attributes !== ATTRIBUTE.longName && (attributes & ATTRIBUTE.label) !== 0)
      return fromCodePage(root.subarray(at, at + 11)).trimEnd();
  }
  return null;
}

export function shortNameChecksum(name: Uint8Array): number {
  return name.subarray(0, 11).reduce((sum, byte) => ((sum >> 1) + ((sum & 1) << 7) + byte) & 0xff, 0);
}

function withPiece(long: LongName | null, entry: Uint8Array): LongName | null {
  const number = (entry[0] ?? 0) & 0x3f;
  const checksum = entry[13] ?? 0;
  if (((entry[0] ?? 0) & LAST_LONG) !== 0) return { pieces: [unitsOf(entry)], wanted: number - 1, checksum };
  if (long === null || number !== long.wanted || checksum !== long.checksum || number === 0)
    return { pieces: [], wanted: -1, checksum };
  return { pieces: [unitsOf(entry), ...long.pieces], wanted: number - 1, checksum };
}

function unitsOf(entry: Uint8Array): string {
  return String.fromCharCode(...UNITS_AT.map((at) => readU16(entry, at)));
}

function entryOf(entry: Uint8Array, at: number, long: LongName | null): DirectoryEntry {
  const isLong = long !== null && long.wanted === 0 && long.checksum === shortNameChecksum(entry);
  const isDirectory = ((entry[11] ?? 0) & ATTRIBUTE.directory) !== 0;
  return {
    at,
    name: isLong ? (long.pieces.join("").split("\0")[0] ?? "") : shortName(entry),
    isLongNameLost: long !== null && !isLong,
    isDirectory,
    firstCluster: readU16(entry, 26),
    sizeBytes: isDirectory ? 0 : readU32(entry, 28),
    modifiedMs: timeOf(readU16(entry, 24), readU16(entry, 22)),
  };
}

function shortName(entry: Uint8Array): string {
  const base = entry.slice(0, 8);
  // The mark of a deleted entry stands in another way where it is a letter.
  if (base[0] === 0x05) base[0] = DELETED;
  const cases = entry[12] ?? 0;
  const name = cased(fromCodePage(base).trimEnd(), cases & LOWER_BASE);
  const extension = cased(fromCodePage(entry.subarray(8, 11)).trimEnd(), cases & LOWER_EXTENSION);
  return extension === "" ? name : `${name}.${extension}`;
}

function cased(text: string, isLower: number): string {
  return isLower === 0 ? text : text.toLowerCase();
}

function timeOf(date: number, time: number): number | null {
  const month = (date >> 5) & 15;
  const day = date & 31;
  if (month < 1 || month > 12 || day < 1) return null;
  return Date.UTC(1980 + (date >> 9), month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}
