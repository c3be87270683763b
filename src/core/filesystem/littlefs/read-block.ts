import { readU32 } from "../../bytes/words.ts";
import { addToChecksum, REMOVED, TAG, TAG_BYTES, type Tag, tagOf } from "./littlefs-layout.ts";

/** A tag with what is behind it. */
export interface FoundTag extends Tag {
  readonly data: Uint8Array;
}

/** One of the two blocks of a pair. */
export interface MetadataBlock {
  readonly revision: number;
  /** Of all commits that are whole, in the order in which they were written. */
  readonly tags: readonly FoundTag[];
  /** Something begins behind the last whole commit. */
  readonly isTorn: boolean;
}

/** Null: not one commit of it is whole. */
export function readMetadataBlock(block: Uint8Array): MetadataBlock | null {
  const tags: FoundTag[] = [];
  let pending: FoundTag[] = [];
  let commits = 0;
  let previous = 0xffff_ffff;
  let checksum = addToChecksum(block.subarray(0, 4));
  let isTorn = false;
  for (let at = 4; at + TAG_BYTES <= block.length; ) {
    const word = (bigEndian(block, at) ^ previous) >>> 0;
    if (word >>> 31 === 1) break;
    isTorn = true;
    const tag = tagOf(word);
    const length = tag.length === REMOVED ? 0 : tag.length;
    const end = at + TAG_BYTES + length;
    if (end > block.length) break;
    checksum = addToChecksum(block.subarray(at, at + TAG_BYTES), checksum);
    previous = word;
    const data = block.subarray(at + TAG_BYTES, end);
    at = end;
    if (!isCommit(tag)) {
      checksum = addToChecksum(data, checksum);
      pending.push({ ...tag, data });
      continue;
    }
    if (length < 4 || readU32(data, 0) !== checksum) break;
    previous = (word ^ ((tag.type & 1) << 31)) >>> 0;
    checksum = 0xffff_ffff;
    tags.push(...pending);
    pending = [];
    commits++;
    isTorn = false;
  }
  return commits === 0 ? null : { revision: readU32(block, 0), tags, isTorn };
}

function isCommit({ type }: Tag): boolean {
  return (type & 0x780) === TAG.commit;
}

function bigEndian(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}
