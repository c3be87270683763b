import { toUtf8 } from "../../bytes/text.ts";
import { writeU16, writeU32 } from "../../bytes/words.ts";
import { nameError } from "../make-errors.ts";
import type { Folder, Item } from "../tree.ts";
import { NO_ID, SUPERBLOCK_BYTES, SUPERBLOCK_NAME, TAG, TIME_ATTRIBUTE } from "./littlefs-layout.ts";
import type { FoundTag } from "./read-block.ts";
import { COMMIT_BYTES, REVISION_BYTES, tagBytes } from "./write-block.ts";

/** The largest that the format knows, of a file and of an attribute. */
const LARGEST_FILE = 0x7fff_ffff;
const LARGEST_ATTRIBUTE = 0x3fe;
const LINK_BYTES = 8;
/** Ids have ten bits; firmware keeps no more than this in one block. */
const MOST_ENTRIES = 0xfe;

export interface LittleFsGeometry {
  readonly version: "2.0" | "2.1";
  readonly blockBytes: number;
  readonly blockCount: number;
  readonly nameBytes: number;
  readonly inlineBytes: number;
  readonly progBytes: number;
}

/** An entry of a directory, whose link to where its content is may still have to be known. */
export interface EntryToWrite {
  readonly name: FoundTag;
  readonly item: Item;
  readonly attributes: readonly FoundTag[];
  /** Of all of its tags. */
  readonly sizeBytes: number;
}

/** As much of a directory as one pair of blocks has. */
export interface DirectoryPart {
  readonly folder: Folder;
  readonly hasSuperblock: boolean;
  readonly entries: readonly EntryToWrite[];
}

const tag = (type: number, id: number, data: Uint8Array): FoundTag => ({ type, id, length: data.length, data });

export function superblockTags({ version, blockBytes, blockCount, nameBytes }: LittleFsGeometry): FoundTag[] {
  const data = new Uint8Array(SUPERBLOCK_BYTES);
  writeU16(data, 0, version === "2.1" ? 1 : 0);
  writeU16(data, 2, 2);
  const words = [blockBytes, blockCount, nameBytes, LARGEST_FILE, LARGEST_ATTRIBUTE];
  for (const [index, word] of words.entries()) writeU32(data, 4 + index * 4, word);
  return [tag(TAG.superblock, 0, toUtf8(SUPERBLOCK_NAME)), tag(TAG.inline, 0, data)];
}

/** Two numbers: a pair of blocks, or the last block of a file and its size. */
export function linkTag(type: number, id: number, numbers: readonly [number, number]): FoundTag {
  const data = new Uint8Array(LINK_BYTES);
  for (const [index, number] of numbers.entries()) writeU32(data, index * 4, number);
  return tag(type, id, data);
}

export function isInline({ content }: { readonly content: Uint8Array }, { inlineBytes }: LittleFsGeometry): boolean {
  return content.length <= inlineBytes;
}

/** The tags of an entry as number `id` of its part. */
export function entryTags({ name, item, attributes }: EntryToWrite, id: number, link: FoundTag): FoundTag[] {
  const type = item.kind === "folder" ? TAG.directoryName : TAG.fileName;
  return [{ ...name, type, id }, { ...link, id }, ...attributes.map((each) => ({ ...each, id }))];
}

export function inlineTag(content: Uint8Array): FoundTag {
  return tag(TAG.inline, NO_ID, content);
}

/**
 * A directory cut into parts, the names in order through all of them, because firmware stops to look for a name behind a greater
 * one. Each part leaves half of its block to changes, as the library does when it writes one anew. Throws `filesystem.bad-name`.
 */
export function partsOf(folder: Folder, geometry: LittleFsGeometry): DirectoryPart[] {
  const { blockBytes } = geometry;
  const isRoot = folder.path === "";
  const entries = [...folder.items.values()].map((item) => entryOf(item, geometry)).sort(byName);
  const own = REVISION_BYTES + TAG_LINK_BYTES + COMMIT_BYTES;
  const parts: DirectoryPart[] = [];
  let part: EntryToWrite[] = [];
  let used = own + (isRoot ? tagBytes(superblockTags(geometry)) : 0);
  for (const entry of entries) {
    if (own + entry.sizeBytes > blockBytes) throw nameError(pathOf(entry.item), geometry.nameBytes);
    const isEmpty = part.length === 0 && !(isRoot && parts.length === 0);
    if (!isEmpty && (used + entry.sizeBytes > blockBytes / 2 || part.length === MOST_ENTRIES)) {
      parts.push({ folder, hasSuperblock: isRoot && parts.length === 0, entries: part });
      part = [];
      used = own;
    }
    part.push(entry);
    used += entry.sizeBytes;
  }
  parts.push({ folder, hasSuperblock: isRoot && parts.length === 0, entries: part });
  return parts;
}

const TAG_LINK_BYTES = 4 + LINK_BYTES;

function entryOf(item: Item, geometry: LittleFsGeometry): EntryToWrite {
  const { name: text, modifiedMs, attributes: given } = item.kind === "file" ? item.file : item.folder;
  const name = tag(TAG.fileName, NO_ID, toUtf8(text));
  if (name.length > geometry.nameBytes) throw nameError(pathOf(item), geometry.nameBytes);
  const attributes = attributeTags(modifiedMs, given);
  const inline = item.kind === "file" && isInline(item.file, geometry) ? item.file.content.length : LINK_BYTES;
  return { name, item, attributes, sizeBytes: tagBytes([name, ...attributes]) + 4 + inline };
}

function attributeTags(
  modifiedMs: number | undefined,
  given: ReadonlyMap<number, Uint8Array> | undefined,
): readonly FoundTag[] {
  const kept = new Map<number, Uint8Array>();
  if (modifiedMs !== undefined) {
    const seconds = new Uint8Array(4);
    writeU32(seconds, 0, Math.floor(modifiedMs / 1000));
    kept.set(TIME_ATTRIBUTE, seconds);
  }
  for (const [number, bytes] of given ?? []) kept.set(number, bytes);
  return [...kept].map(([number, bytes]) => tag(TAG.attribute | number, NO_ID, bytes));
}

function pathOf(item: Item): string {
  return item.kind === "file" ? item.file.path : item.folder.path;
}

/** As firmware compares: byte by byte, and the shorter one first. */
function byName({ name: left }: EntryToWrite, { name: right }: EntryToWrite): number {
  for (const [index, byte] of left.data.entries()) {
    const difference = byte - (right.data[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
