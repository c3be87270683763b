import { readU16 } from "../../bytes/words.ts";
import type { SpiffsSettings } from "../file-system.ts";
import {
  blockMagic,
  FREE_ID,
  firstTableAt,
  INDEX_BIT,
  magicAt,
  NAME_AT,
  type SpiffsGrid,
  spiffsGrid,
  USUAL_SPIFFS,
} from "./spiffs-layout.ts";
import { livePages, pageName, type SpiffsPages } from "./spiffs-pages.ts";

const PAGE_SIZES = [256, 512, 1024, 128, 2048] as const;
const BLOCK_SIZES = [4096, 8192, 16384, 32768, 65536] as const;
/** Lengths of names and of what is kept besides, the usual ones first; the image says neither. */
const NAME_AND_META: readonly (readonly [number, number])[] = [
  [32, 4],
  [32, 8],
  [32, 0],
  [64, 4],
  [64, 8],
  [64, 0],
  [31, 4],
  [128, 4],
  [128, 0],
];

export type SpiffsSizes = Pick<SpiffsSettings, "pageBytes" | "blockBytes" | "magic">;

/** Sizes with which most blocks have the mark of a SPIFFS; null: with none at least half of them. */
export function sizesByMagic(bytes: Uint8Array): SpiffsSizes | null {
  let best: { readonly sizes: SpiffsSizes; readonly share: number } | null = null;
  for (const grid of grids(bytes.length)) {
    for (const magic of ["length", "plain"] as const) {
      const share = markedBlocks(bytes, grid, magic) / grid.blockCount;
      if (share >= 0.5 && share > (best?.share ?? 0))
        best = { sizes: { pageBytes: grid.pageBytes, blockBytes: grid.blockBytes, magic }, share };
    }
  }
  return best?.sizes ?? null;
}

/** Sizes with which tables and pages say the same, where blocks have no mark; null: with none. */
export function sizesByPages(bytes: Uint8Array): SpiffsSizes | null {
  for (const grid of grids(bytes.length)) {
    const { heads, byNumber } = livePages(bytes, grid, null);
    const listed = listedPages(bytes, grid);
    if (heads.length > 0 && byNumber.size > listed * 0.75)
      return { pageBytes: grid.pageBytes, blockBytes: grid.blockBytes, magic: "none" };
  }
  return null;
}

/** Lengths with which most tables of indexes point at pages of the same file. */
export function spiffsSettings(bytes: Uint8Array, sizes: SpiffsSizes): SpiffsSettings {
  const pages = livePages(bytes, spiffsGrid(sizes, bytes.length), null);
  let best: { readonly settings: SpiffsSettings; readonly hits: number } | null = null;
  for (const alignedTables of [false, true]) {
    for (const [nameBytes, metaBytes] of NAME_AND_META) {
      const settings: SpiffsSettings = { ...USUAL_SPIFFS, ...sizes, nameBytes, metaBytes, alignedTables };
      if (firstTableAt(settings) + 2 > sizes.pageBytes) continue;
      const hits = hitsOf(bytes, pages, firstTableAt(settings));
      if (hits > (best?.hits ?? -1)) best = { settings, hits };
    }
  }
  if (best === null || best.hits > 0 || pages.heads.length === 0)
    return best?.settings ?? { ...USUAL_SPIFFS, ...sizes };
  return unusual(bytes, pages, best.settings);
}

/** None of the usual lengths: wherever the table stands, what is before it is taken for the name. */
function unusual(bytes: Uint8Array, pages: SpiffsPages, usual: SpiffsSettings): SpiffsSettings {
  for (let at = NAME_AT + 2; at + 2 <= usual.pageBytes; at++)
    if (hitsOf(bytes, pages, at) > 0) return { ...usual, nameBytes: at - NAME_AT, metaBytes: 0, alignedTables: false };
  return usual;
}

function hitsOf(bytes: Uint8Array, { heads, byNumber, byName }: SpiffsPages, tableAt: number): number {
  let hits = 0;
  for (const { id, offset } of heads) {
    const number = readU16(bytes, offset + tableAt);
    const page = byNumber.get(number);
    if (page !== undefined && byName.get(pageName({ id, isIndex: false, span: 0 })) === page) hits++;
  }
  return hits;
}

function* grids(sizeBytes: number): Iterable<SpiffsGrid> {
  for (const pageBytes of PAGE_SIZES) {
    for (const blockBytes of BLOCK_SIZES) {
      const grid = spiffsGrid({ pageBytes, blockBytes }, sizeBytes);
      if (blockBytes / pageBytes >= 4 && sizeBytes % blockBytes === 0 && grid.blockCount > 0) yield grid;
    }
  }
}

function markedBlocks(bytes: Uint8Array, grid: SpiffsGrid, magic: "length" | "plain"): number {
  let marked = 0;
  for (let block = 0; block < grid.blockCount; block++) {
    const at = magicAt(grid, block);
    if (at !== null && readU16(bytes, at) === blockMagic(grid, block, magic)) marked++;
  }
  return marked;
}

function listedPages(bytes: Uint8Array, grid: SpiffsGrid): number {
  let listed = 0;
  for (let block = 0; block < grid.blockCount; block++)
    for (let index = 0; index < grid.pagesPerBlock - grid.lookupPages; index++) {
      const id = readU16(bytes, block * grid.blockBytes + index * 2);
      if (id !== FREE_ID && id !== 0 && id !== INDEX_BIT) listed++;
    }
  return listed;
}
