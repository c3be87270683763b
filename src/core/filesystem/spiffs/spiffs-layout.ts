// Shelf: SPIFFS: files in pages, found by tables at the start of each block.
// In: bytes of a partition, or files and the sizes that an image is to have.
// Out: files with what is wrong; an image as the original generator makes it.

import { readU16 } from "../../bytes/words.ts";
import type { SpiffsSettings } from "../file-system.ts";

/** Facts: sheet build-outputs 5.2. */
export const FREE_ID = 0xffff;
export const DELETED_ID = 0;
/** In ids and page headers: the page is one of an index. */
export const INDEX_BIT = 0x8000;
export const PAGE_HEADER_BYTES = 5;
/** Of a first page of an index, before the name; other pages' tables begin here less the size and the type. */
export const NAME_AT = 13;
export const FURTHER_TABLE_AT = 8;
export const UNKNOWN_SIZE = 0xffff_ffff;

const MAGIC = 0x20140529;

/** As everybody sets it who does not say otherwise. */
export const USUAL_SPIFFS: SpiffsSettings = {
  kind: "spiffs",
  pageBytes: 256,
  blockBytes: 4096,
  nameBytes: 32,
  metaBytes: 4,
  magic: "length",
  alignedTables: false,
};

/** How pages lie in blocks. */
export interface SpiffsGrid {
  readonly pageBytes: number;
  readonly blockBytes: number;
  readonly blockCount: number;
  readonly pagesPerBlock: number;
  /** Pages at the start of each block that say what is in the others. */
  readonly lookupPages: number;
}

export function spiffsGrid(
  { pageBytes, blockBytes }: Pick<SpiffsSettings, "pageBytes" | "blockBytes">,
  sizeBytes: number,
): SpiffsGrid {
  const pagesPerBlock = blockBytes / pageBytes;
  return {
    pageBytes,
    blockBytes,
    blockCount: Math.floor(sizeBytes / blockBytes),
    pagesPerBlock,
    lookupPages: Math.max(1, Math.ceil((pagesPerBlock * 2) / pageBytes)),
  };
}

export function dataBytesPerPage({ pageBytes }: { readonly pageBytes: number }): number {
  return pageBytes - PAGE_HEADER_BYTES;
}

/** Where the table of a first page of an index begins. */
export function firstTableAt({ nameBytes, metaBytes, alignedTables }: SpiffsSettings): number {
  const end = NAME_AT + nameBytes + metaBytes;
  return alignedTables ? end + (end % 2) : end;
}

/** What marks a block as one of a SPIFFS of this size. */
export function blockMagic(grid: SpiffsGrid, block: number, kind: "length" | "plain"): number {
  const rest = kind === "length" ? grid.blockCount - block : 0;
  return ((MAGIC ^ grid.pageBytes ^ rest) & 0xffff) >>> 0;
}

/** Where the mark of a block stands; null: its table has no room for one. */
export function magicAt(
  { blockBytes, pageBytes, pagesPerBlock, lookupPages }: SpiffsGrid,
  block: number,
): number | null {
  const spare = (lookupPages * pageBytes) / 2 - (pagesPerBlock - lookupPages);
  return spare < 2 ? null : block * blockBytes + lookupPages * pageBytes - 4;
}

export interface SpiffsPage {
  /** Address over page size. */
  readonly number: number;
  readonly offset: number;
  /** Without the bit of an index. */
  readonly id: number;
  readonly isIndex: boolean;
  readonly span: number;
}

/** What the table of its block says of a page. */
export function lookupId(
  bytes: Uint8Array,
  grid: SpiffsGrid,
  place: { readonly block: number; readonly index: number },
): number {
  return readU16(bytes, place.block * grid.blockBytes + place.index * 2);
}
