import { fromUtf8 } from "../../bytes/text.ts";
import { readU16, readU32 } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import type { LittleFsSettings } from "../file-system.ts";
import { SUPERBLOCK_BYTES, SUPERBLOCK_NAME, TAG } from "./littlefs-layout.ts";
import { type FoundTag, readMetadataBlock } from "./read-block.ts";

const NAME_AT = 8;
/** Of the superblock of version 1, which nothing for these chips writes any more. */
const V1_NAME_AT = 40;
const BLOCK_SIZES = [4096, 8192, 512, 1024, 2048, 256, 128, 16384, 32768, 65536] as const;
const SMALLEST_BLOCK = 128;
const LARGEST_BLOCK = 0x10_0000;

export type Superblock = Omit<LittleFsSettings, "kind" | "inlineBytes">;

/** Whether the name of the file system stands where the first or the second block has it. */
export function looksLikeLittleFs(bytes: Uint8Array): boolean {
  return (
    hasName(bytes, NAME_AT) || hasName(bytes, V1_NAME_AT) || BLOCK_SIZES.some((size) => hasName(bytes, size + NAME_AT))
  );
}

function hasName(bytes: Uint8Array, at: number): boolean {
  return fromUtf8(bytes.subarray(at, at + SUPERBLOCK_NAME.length)) === SUPERBLOCK_NAME;
}

/** What the superblock says. Throws `filesystem.unsupported`; `filesystem.unreadable` where no copy of it is whole. */
export function readSuperblock(bytes: Uint8Array): Superblock {
  if (!hasName(bytes, NAME_AT) && hasName(bytes, V1_NAME_AT)) throw unsupported("1");
  // Block 0 says how large blocks are; where it is damaged, block 1 is looked for at every size.
  for (const size of [sizeInFirst(bytes), ...BLOCK_SIZES]) {
    for (const block of [0, 1]) {
      const found = readMetadataBlock(bytes.subarray(block * size, (block + 1) * size));
      const settings = found === null ? null : settingsOf(found.tags);
      if (settings !== null && settings.blockBytes === size) return settings;
    }
  }
  throw new EspError("filesystem.unreadable", "The superblock of a LittleFS is damaged, both copies of it.", {
    hint: "Read the partition again; where it is the same, the file system is lost.",
  });
}

function sizeInFirst(bytes: Uint8Array): number {
  const size = bytes.length >= 28 ? readU32(bytes, 24) : 0;
  return size >= SMALLEST_BLOCK && size <= LARGEST_BLOCK ? size : 4096;
}

/** Null: no tag is one of a superblock. */
export function settingsOf(tags: readonly FoundTag[]): Superblock | null {
  if (!tags.some(({ type }) => type === TAG.superblock)) return null;
  const data = tags.findLast(({ type, id }) => type === TAG.inline && id === 0)?.data;
  if (data === undefined || data.length < SUPERBLOCK_BYTES) return null;
  const major = readU16(data, 2);
  const version = `${major}.${readU16(data, 0)}`;
  if (major !== 2) throw unsupported(version);
  return {
    version,
    blockBytes: readU32(data, 4),
    blockCount: readU32(data, 8),
    nameBytes: readU32(data, 12),
  };
}

function unsupported(version: string): EspError {
  return new EspError(
    "filesystem.unsupported",
    `This is a LittleFS of version ${version}; only version 2 can be read.`,
    {
      hint: "Have the firmware that wrote it read its files.",
      details: { kind: "littlefs", version },
    },
  );
}
