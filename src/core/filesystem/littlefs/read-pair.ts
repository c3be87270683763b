import { readU32 } from "../../bytes/words.ts";
import { type Findings, report } from "../findings.ts";
import { KIND, NO_ID, REMOVED, TAG } from "./littlefs-layout.ts";
import { type FoundTag, type MetadataBlock, readMetadataBlock } from "./read-block.ts";

export type BlockPair = readonly [number, number];

/** One entry of a directory, after all that was written of it. */
export interface PairEntry {
  name: FoundTag | null;
  structure: FoundTag | null;
  readonly attributes: Map<number, Uint8Array>;
}

/** What a pair of blocks says: a directory, or a part of one. */
export interface MetadataPair {
  readonly pair: BlockPair;
  readonly entries: readonly PairEntry[];
  readonly tail: { readonly pair: BlockPair; readonly isHard: boolean } | null;
  /** Its share of the state of a move that may be going on. */
  readonly move: Uint8Array | null;
}

export interface LittleFsImage {
  readonly bytes: Uint8Array;
  readonly blockBytes: number;
  /** That are there and that the superblock says. */
  readonly blockCount: number;
}

export function blockAt({ bytes, blockBytes }: LittleFsImage, block: number): Uint8Array {
  return bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
}

/** Null: neither block can be read, which is told. */
export function readPair(image: LittleFsImage, pair: BlockPair, findings: Findings): MetadataPair | null {
  const outside = pair.find((block) => block >= image.blockCount);
  if (outside !== undefined) {
    report(findings, "filesystem.out-of-range", `A directory is said to be in block ${outside}, which is not there.`);
    return null;
  }
  const found = newerOf(image, pair, findings);
  if (found === null) {
    const offset = pair[0] * image.blockBytes;
    report(findings, "filesystem.checksum", `A directory is lost: blocks ${pair[0]} and ${pair[1]} are both damaged.`, {
      offset,
    });
    return null;
  }
  return { pair, ...replay(found.tags) };
}

function newerOf(image: LittleFsImage, pair: BlockPair, findings: Findings): MetadataBlock | null {
  const [first, second] = pair.map((block) => readMetadataBlock(blockAt(image, block)));
  if (first == null && second == null) return null;
  const isSecond = first == null || (second != null && ((second.revision - first.revision) | 0) > 0);
  const found = isSecond ? second : first;
  const offset = pair[isSecond ? 1 : 0] * image.blockBytes;
  if (found?.isTorn === true)
    report(
      findings,
      "filesystem.unfinished",
      "A change of a directory was not written to its end, and does not count.",
      { offset },
    );
  const other = pair[isSecond ? 0 : 1];
  if ((isSecond ? first : second) == null && seemsNewer(image, other, found?.revision ?? 0))
    report(findings, "filesystem.checksum", "The newer copy of a directory is damaged; the older one counts.", {
      offset: other * image.blockBytes,
    });
  return found ?? null;
}

/** A block that cannot be read may be one that was never written, or holds something of before. */
function seemsNewer(image: LittleFsImage, block: number, revision: number): boolean {
  const claimed = readU32(blockAt(image, block), 0);
  return claimed === (revision + 1) >>> 0;
}

/** Tags change what those before them say: ids move when an entry is made or removed. */
function replay(tags: readonly FoundTag[]): Omit<MetadataPair, "pair"> {
  const entries: PairEntry[] = [];
  let tail: MetadataPair["tail"] = null;
  let move: Uint8Array | null = null;
  for (const tag of tags) {
    const { type, id, data } = tag;
    if (type === TAG.create) entries.splice(id, 0, emptyEntry());
    else if (type === TAG.remove) entries.splice(id, 1);
    else if (type === TAG.move) move = data;
    else if ((type & KIND) === 0x600 && data.length >= 8)
      tail = { pair: [readU32(data, 0), readU32(data, 4)], isHard: type === TAG.hardTail };
    else if (id !== NO_ID) putIn(entries, tag);
  }
  return { entries, tail, move };
}

function putIn(entries: PairEntry[], tag: FoundTag): void {
  const kind = tag.type & KIND;
  if (kind !== 0x000 && kind !== 0x200 && kind !== 0x300) return;
  while (entries.length <= tag.id) entries.push(emptyEntry());
  const entry = entries[tag.id];
  if (entry === undefined) return;
  if (kind === 0x000) entry.name = tag;
  else if (kind === 0x200) entry.structure = tag;
  else if (tag.length === REMOVED) entry.attributes.delete(tag.type & 0xff);
  else entry.attributes.set(tag.type & 0xff, tag.data);
}

function emptyEntry(): PairEntry {
  return { name: null, structure: null, attributes: new Map() };
}
