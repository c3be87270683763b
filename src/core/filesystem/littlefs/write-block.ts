import { roundUp, writeU32 } from "../../bytes/words.ts";
import { addToChecksum, NO_ID, TAG, TAG_BYTES, type Tag, tagWord } from "./littlefs-layout.ts";
import type { FoundTag } from "./read-block.ts";

/** With the checksum of what follows, and that of the commit: what a commit needs behind its tags. */
export const COMMIT_BYTES = 20;
export const REVISION_BYTES = 4;

export interface CommitRules {
  /** What firmware writes at once: a commit ends at a multiple of it. */
  readonly progBytes: number;
  /** Since version 2.1 a commit says that what follows it is erased. */
  readonly isNextChecked: boolean;
}

export function tagBytes(tags: readonly Tag[]): number {
  return tags.reduce((sum, { length }) => sum + TAG_BYTES + length, 0);
}

/** Writes one commit into an erased block; its tags and `COMMIT_BYTES` have to fit. */
export function writeMetadataBlock(
  block: Uint8Array,
  { revision, tags }: { readonly revision: number; readonly tags: readonly FoundTag[] },
  { progBytes, isNextChecked }: CommitRules,
): void {
  let at = REVISION_BYTES;
  let previous = 0xffff_ffff;
  const put = (tag: FoundTag): void => {
    const word = tagWord(tag);
    new DataView(block.buffer, block.byteOffset).setUint32(at, (word ^ previous) >>> 0);
    block.set(tag.data, at + TAG_BYTES);
    previous = word;
    at += TAG_BYTES + tag.data.length;
  };
  writeU32(block, 0, revision);
  for (const tag of tags) put(tag);
  const end = roundUp(at + COMMIT_BYTES, progBytes);
  if (isNextChecked && end + progBytes <= block.length) put(nextChecksum(progBytes));
  const length = end - at - TAG_BYTES;
  put({ type: TAG.commit, id: NO_ID, length, data: new Uint8Array(length).fill(0xff) });
  const checksumAt = end - length;
  writeU32(block, checksumAt, addToChecksum(block.subarray(0, checksumAt)));
}

/** Of the erased bytes behind the commit, as many as the next one begins with. */
function nextChecksum(progBytes: number): FoundTag {
  const data = new Uint8Array(8);
  writeU32(data, 0, progBytes);
  writeU32(data, 4, addToChecksum(new Uint8Array(progBytes).fill(0xff)));
  return { type: TAG.nextChecksum, id: NO_ID, length: data.length, data };
}
