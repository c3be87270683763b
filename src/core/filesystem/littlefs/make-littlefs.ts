import { writeU32 } from "../../bytes/words.ts";
import { type Check, invalidArgument, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { DirectoryToStore, FileToStore } from "../file-system.ts";
import { fullError, sizeError } from "../make-errors.ts";
import { checkDirectory, checkFile, type Folder, foldersOf, type StoredFile, treeOf } from "../tree.ts";
import {
  type DirectoryPart,
  type EntryToWrite,
  entryTags,
  inlineTag,
  isInline,
  type LittleFsGeometry,
  linkTag,
  partsOf,
  superblockTags,
} from "./directory-tags.ts";
import { chainBytes, chainPointers, NO_ID, TAG } from "./littlefs-layout.ts";
import type { FoundTag } from "./read-block.ts";
import type { BlockPair } from "./read-pair.ts";
import { writeMetadataBlock } from "./write-block.ts";

/** Larger partitions than this are a mistake: flash chips end there. */
const LARGEST_BYTES = 0x1000_0000;
/** As ESP-IDF's component has it, which reads no larger ones. */
const USUAL_INLINE_BYTES = 512;

export interface MakeLittleFsOptions {
  /** Of the partition, to the byte: firmware refuses a file system of another size. A multiple of the size of a block. */
  readonly sizeBytes: number;
  /** Default 4,096; the ESP8266's Arduino has 8,192. */
  readonly blockBytes?: number | undefined;
  /** Of the format; firmware of before LittleFS 2.6 reads 2.0 only. Default `2.1`. */
  readonly version?: "2.0" | "2.1" | undefined;
  /** The longest name. Firmware refuses more than it was built with: 64 for ESP-IDF, which is the default; 32 for the ESP8266. */
  readonly nameBytes?: number | undefined;
  /**
   * Files up to this size stand beside their names, without a block of their own. Firmware with a smaller cache cannot read them:
   * 512 for ESP-IDF, 64 for the ESP8266. Default: an eighth of a block, 512 at most.
   */
  readonly inlineBytes?: number | undefined;
  /** What firmware writes at once. Default 128; with another size the first change of a directory costs it a block more. */
  readonly progBytes?: number | undefined;
  /** Those that are to be there though no file is in them, or with a time of their own. */
  readonly directories?: readonly DirectoryToStore[] | undefined;
}

const checkOptions: Check<MakeLittleFsOptions> = shape<MakeLittleFsOptions>({
  sizeBytes: wholeNumber(1, LARGEST_BYTES),
  blockBytes: optional(wholeNumber(128, 0x10_0000)),
  version: optional(oneOf(["2.0", "2.1"])),
  nameBytes: optional(wholeNumber(1, 0x3fe)),
  inlineBytes: optional(wholeNumber(0, 0x3fe)),
  progBytes: optional(wholeNumber(1, 512)),
  directories: optional(listOf(checkDirectory)),
});

/**
 * The image of a LittleFS partition with these files: what firmware formats and fills, as if it had written every directory anew.
 * The same files always give the same image.
 * Throws `filesystem.full`, `filesystem.bad-size`, `filesystem.bad-name`, `argument.invalid`. Facts: sheet build-outputs 5.3.
 *
 * @example
 * const image = makeLittleFs([{ path: "www/index.html", content: page }], { sizeBytes: 0x100000 });
 */
export function makeLittleFs(files: readonly FileToStore[], options: MakeLittleFsOptions): Uint8Array<ArrayBuffer> {
  const wanted = listOf(checkFile)(files, "files");
  const given = checkOptions(options, "options");
  const { sizeBytes, directories = [] } = given;
  const geometry = geometryOf(given);
  const parts = foldersOf(treeOf(wanted, directories)).flatMap((folder) => partsOf(folder, geometry));
  const needed = 2 * parts.length + wanted.reduce((sum, file) => sum + blocksOf(file, geometry), 0);
  if (needed > geometry.blockCount)
    throw fullError("LittleFS", sizeBytes, (needed - geometry.blockCount) * geometry.blockBytes);
  const image = new Uint8Array(sizeBytes).fill(0xff);
  placeParts(image, parts, geometry);
  return image;
}

function geometryOf({
  sizeBytes,
  blockBytes = 4096,
  version = "2.1",
  nameBytes = 64,
  inlineBytes = Math.min(USUAL_INLINE_BYTES, blockBytes >> 3),
  progBytes = 128,
}: MakeLittleFsOptions): LittleFsGeometry {
  if (blockBytes % progBytes !== 0 || blockBytes % 4 !== 0)
    throw invalidArgument(
      "options.blockBytes",
      blockBytes,
      `a multiple of what is written at once, ${progBytes} bytes`,
    );
  if (inlineBytes > blockBytes >> 3)
    throw invalidArgument("options.inlineBytes", inlineBytes, `an eighth of a block at most, ${blockBytes >> 3} bytes`);
  if (sizeBytes % blockBytes !== 0 || sizeBytes < 2 * blockBytes) throw sizeError(sizeBytes, blockBytes);
  return { version, blockBytes, blockCount: sizeBytes / blockBytes, nameBytes, inlineBytes, progBytes };
}

function blocksOf(file: FileToStore, geometry: LittleFsGeometry): number {
  if (isInline(file, geometry)) return 0;
  let blocks = 0;
  for (let left = file.content.length; left > 0; blocks++) left -= chainBytes(blocks, geometry.blockBytes);
  return blocks;
}

/** Each part in a pair of its own, the root's first in the first two blocks; then the files. */
function placeParts(image: Uint8Array<ArrayBuffer>, parts: readonly DirectoryPart[], geometry: LittleFsGeometry): void {
  const pairs: readonly BlockPair[] = parts.map((_, index) => [2 * index, 2 * index + 1]);
  const firstPair = new Map<Folder, BlockPair>();
  for (const [index, { folder }] of parts.entries())
    if (!firstPair.has(folder)) firstPair.set(folder, pairs[index] ?? [0, 1]);
  const writer = { image, geometry, next: 2 * parts.length };
  const linkOf = ({ item }: EntryToWrite): FoundTag => {
    if (item.kind === "folder") return linkTag(TAG.directory, NO_ID, firstPair.get(item.folder) ?? [0, 1]);
    if (isInline(item.file, geometry)) return inlineTag(item.file.content);
    return linkTag(TAG.chain, NO_ID, [writeChain(writer, item.file), item.file.content.length]);
  };
  const rules = { progBytes: geometry.progBytes, isNextChecked: geometry.version !== "2.0" };
  for (const [index, { folder, hasSuperblock, entries }] of parts.entries()) {
    const before = hasSuperblock ? superblockTags(geometry) : [];
    const firstId = hasSuperblock ? 1 : 0;
    const tags = [...before, ...entries.flatMap((entry, id) => entryTags(entry, firstId + id, linkOf(entry)))];
    const [next, tail] = [parts[index + 1], pairs[index + 1]];
    // All directories hang in one chain, because firmware looks for free blocks by it.
    if (next !== undefined && tail !== undefined)
      tags.push(linkTag(next.folder === folder ? TAG.hardTail : TAG.softTail, NO_ID, tail));
    const [first, second] = pairs[index] ?? [0, 1];
    const write = (block: number, revision: number): void =>
      writeMetadataBlock(blockOf(writer, block), { revision, tags }, rules);
    write(first, 1);
    // What a LittleFS is stands in both of its first blocks from the start.
    if (index === 0) write(second, 2);
  }
}

interface Writer {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly geometry: LittleFsGeometry;
  /** The next block that is free. */
  next: number;
}

function blockOf({ image, geometry: { blockBytes } }: Writer, block: number): Uint8Array {
  return image.subarray(block * blockBytes, (block + 1) * blockBytes);
}

/** The last block of the file, from which the others are found. */
function writeChain(writer: Writer, { content }: StoredFile): number {
  const first = writer.next;
  const { blockBytes } = writer.geometry;
  for (let start = 0, number = 0; start < content.length; number++) {
    const block = blockOf(writer, writer.next++);
    const pointers = chainPointers(number);
    for (let pointer = 0; pointer < pointers; pointer++) writeU32(block, 4 * pointer, first + number - 2 ** pointer);
    const end = start + chainBytes(number, blockBytes);
    block.set(content.subarray(start, end), 4 * pointers);
    start = end;
  }
  return writer.next - 1;
}
