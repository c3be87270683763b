import { toUtf8 } from "../../bytes/text.ts";
import { writeU16, writeU32 } from "../../bytes/words.ts";
import { type Check, invalidArgument, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { FileToStore, SpiffsSettings } from "../file-system.ts";
import { fullError, nameError, pathError, sizeError } from "../make-errors.ts";
import { checkFile } from "../tree.ts";
import {
  blockMagic,
  dataBytesPerPage,
  FURTHER_TABLE_AT,
  firstTableAt,
  INDEX_BIT,
  magicAt,
  NAME_AT,
  PAGE_HEADER_BYTES,
  type SpiffsGrid,
  spiffsGrid,
  USUAL_SPIFFS,
} from "./spiffs-layout.ts";

/** Flags of pages that are written to their end, active low. */
const DATA_FLAGS = 0xfc;
const INDEX_FLAGS = 0xf8;
const FILE_TYPE = 1;
/** Larger partitions than this are a mistake: flash chips end there. */
const LARGEST_BYTES = 0x1000_0000;
/** Of objects: their numbers have 15 bits, of which two are taken. */
const MOST_FILES = 0x7ffe;

interface Writer {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly grid: SpiffsGrid;
  /** The next free page, of those that are for files. */
  next: number;
}

export interface MakeSpiffsOptions {
  /** Of the partition: a multiple of the size of a block. */
  readonly sizeBytes: number;
  /** The settings have to be those that the firmware was built with. Default 256. */
  readonly pageBytes?: number | undefined;
  /** Default 4,096. */
  readonly blockBytes?: number | undefined;
  /** Of the longest name, with the slash before it and the NUL behind it. Default 32. */
  readonly nameBytes?: number | undefined;
  /** Kept for each file besides; the time of a change takes four. Default 4. */
  readonly metaBytes?: number | undefined;
  /** Default `length`. */
  readonly magic?: SpiffsSettings["magic"] | undefined;
  /** Default false. */
  readonly alignedTables?: boolean | undefined;
}

const checkOptions: Check<MakeSpiffsOptions> = shape<MakeSpiffsOptions>({
  sizeBytes: wholeNumber(1, LARGEST_BYTES),
  pageBytes: optional(wholeNumber(64, 0x8000)),
  blockBytes: optional(wholeNumber(256, 0x10_0000)),
  nameBytes: optional(wholeNumber(2, 1024)),
  metaBytes: optional(wholeNumber(0, 1024)),
  magic: optional(oneOf(["length", "plain", "none"])),
  alignedTables: optional(checkBoolean),
});

/**
 * The image of a SPIFFS partition with these files, byte for byte as ESP-IDF's spiffsgen.py makes it of the same files in the same
 * order. Firmware needs some room: of a partition no more than three quarters should be taken.
 * Throws `filesystem.full`, `filesystem.bad-size`, `filesystem.bad-name`, `argument.invalid`. Facts: sheet build-outputs 5.2.
 *
 * @example
 * const image = makeSpiffs([{ path: "index.html", content: page }], { sizeBytes: 0x20000 });
 */
export function makeSpiffs(files: readonly FileToStore[], options: MakeSpiffsOptions): Uint8Array<ArrayBuffer> {
  const wanted = listOf(checkFile)(files, "files");
  const { sizeBytes, ...given } = checkOptions(options, "options");
  const settings = settingsOf(given);
  requireSettings(settings);
  if (sizeBytes % settings.blockBytes !== 0) throw sizeError(sizeBytes, settings.blockBytes);
  const grid = spiffsGrid(settings, sizeBytes);
  const writer: Writer = { image: new Uint8Array(sizeBytes).fill(0xff), grid, next: 0 };
  requireOnce(wanted);
  requireRoom(wanted, settings, grid);
  wanted.forEach((file, index) => {
    putFile(writer, settings, { ...file, id: index + 1 });
  });
  if (settings.magic !== "none") markBlocks(writer, settings.magic);
  return writer.image;
}

function settingsOf({
  pageBytes = USUAL_SPIFFS.pageBytes,
  blockBytes = USUAL_SPIFFS.blockBytes,
  nameBytes = USUAL_SPIFFS.nameBytes,
  metaBytes = USUAL_SPIFFS.metaBytes,
  magic = USUAL_SPIFFS.magic,
  alignedTables = USUAL_SPIFFS.alignedTables,
}: Omit<MakeSpiffsOptions, "sizeBytes">): SpiffsSettings {
  return { kind: "spiffs", pageBytes, blockBytes, nameBytes, metaBytes, magic, alignedTables };
}

function requireSettings(settings: SpiffsSettings): void {
  const { pageBytes, blockBytes } = settings;
  const isWhole = blockBytes % pageBytes === 0 && blockBytes / pageBytes >= 4;
  if (!isWhole)
    throw invalidArgument(
      "options.blockBytes",
      blockBytes,
      `a multiple of the page of ${pageBytes} bytes, four or more`,
    );
  if (firstTableAt(settings) + 2 > pageBytes)
    throw invalidArgument("options.pageBytes", pageBytes, "large enough for a name and what is kept besides");
}

function requireOnce(files: readonly FileToStore[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw pathError(path, "twice");
    seen.add(path);
  }
}

function requireRoom(files: readonly FileToStore[], settings: SpiffsSettings, grid: SpiffsGrid): void {
  const perBlock = grid.pagesPerBlock - grid.lookupPages;
  const pages = files.reduce((sum, file) => sum + pagesOf(file, settings), 0);
  const tooMany = Math.max(0, files.length - MOST_FILES);
  const missing = Math.max(pages - perBlock * grid.blockCount, tooMany);
  if (missing > 0) throw fullError("SPIFFS", grid.blockCount * grid.blockBytes, missing * grid.pageBytes);
}

/** With the pages of its index, of which the first has the name and the others have more room. */
function pagesOf({ content }: FileToStore, settings: SpiffsSettings): number {
  const pages = Math.ceil(content.length / dataBytesPerPage(settings));
  const inFirst = Math.floor((settings.pageBytes - firstTableAt(settings)) / 2);
  const perFurther = Math.floor((settings.pageBytes - FURTHER_TABLE_AT) / 2);
  return 1 + Math.ceil(Math.max(0, pages - inFirst) / perFurther) + pages;
}

function markBlocks({ image, grid }: Writer, magic: "length" | "plain"): void {
  for (let block = 0; block < grid.blockCount; block++) {
    const at = magicAt(grid, block);
    if (at !== null) writeU16(image, at, blockMagic(grid, block, magic));
  }
}

function putFile(writer: Writer, settings: SpiffsSettings, file: FileToStore & { readonly id: number }): void {
  const { id, path, content, modifiedMs } = file;
  const { image } = writer;
  const name = toUtf8(`/${path}`);
  if (name.length >= settings.nameBytes) throw nameError(path, settings.nameBytes - 2);
  const first = takePage(writer, id | INDEX_BIT, 0);
  writeU32(image, first + 8, content.length);
  image[first + 12] = FILE_TYPE;
  image.fill(0, first + NAME_AT, first + NAME_AT + settings.nameBytes + settings.metaBytes);
  image.set(name, first + NAME_AT);
  if (settings.metaBytes >= 4 && modifiedMs !== undefined)
    writeU32(image, first + NAME_AT + settings.nameBytes, Math.floor(modifiedMs / 1000));
  let index = first;
  let entry = firstTableAt(settings);
  let indexSpan = 0;
  const perPage = dataBytesPerPage(settings);
  for (let span = 0; span * perPage < content.length; span++) {
    if (entry + 2 > settings.pageBytes) {
      index = takePage(writer, id | INDEX_BIT, ++indexSpan);
      entry = FURTHER_TABLE_AT;
    }
    const page = takePage(writer, id, span);
    image.set(content.subarray(span * perPage, (span + 1) * perPage), page + PAGE_HEADER_BYTES);
    writeU16(image, index + entry, page / settings.pageBytes);
    entry += 2;
  }
}

/** The offset of a page that is this object's from now on, with its header. */
function takePage(writer: Writer, id: number, span: number): number {
  const { image, grid } = writer;
  const perBlock = grid.pagesPerBlock - grid.lookupPages;
  const block = Math.floor(writer.next / perBlock);
  const index = writer.next++ % perBlock;
  const offset = block * grid.blockBytes + (grid.lookupPages + index) * grid.pageBytes;
  writeU16(image, block * grid.blockBytes + index * 2, id);
  writeU16(image, offset, id);
  writeU16(image, offset + 2, span);
  image[offset + 4] = (id & INDEX_BIT) === 0 ? DATA_FLAGS : INDEX_FLAGS;
  return offset;
}
