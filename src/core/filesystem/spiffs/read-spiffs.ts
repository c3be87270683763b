import { fromUtf8, strictUtf8 } from "../../bytes/text.ts";
import { readU16, readU32 } from "../../bytes/words.ts";
import type { FileSystemContents, SpiffsSettings } from "../file-system.ts";
import { type Findings, findingsIn, type Place, report, sortedEntries, takeContent } from "../findings.ts";
import { type SpiffsSizes, spiffsSettings } from "./guess-settings.ts";
import {
  dataBytesPerPage,
  FURTHER_TABLE_AT,
  firstTableAt,
  NAME_AT,
  PAGE_HEADER_BYTES,
  type SpiffsPage,
  spiffsGrid,
  UNKNOWN_SIZE,
} from "./spiffs-layout.ts";
import { livePages, pageName, type SpiffsPages } from "./spiffs-pages.ts";

interface Reading {
  readonly bytes: Uint8Array;
  readonly settings: SpiffsSettings;
  readonly pages: SpiffsPages;
  readonly findings: Findings;
}

/** What is in a SPIFFS partition of these sizes. */
export function readSpiffs(bytes: Uint8Array, sizes: SpiffsSizes): FileSystemContents {
  const settings = spiffsSettings(bytes, sizes);
  const findings = findingsIn(bytes);
  const pages = livePages(bytes, spiffsGrid(settings, bytes.length), findings);
  const reading = { bytes, settings, pages, findings };
  for (const head of pages.heads) readFile(reading, head);
  tellOrphans(reading);
  return {
    kind: "spiffs",
    settings,
    sizeBytes: bytes.length,
    usedBytes: pages.usedPages * settings.pageBytes,
    entries: sortedEntries(findings),
    problems: findings.problems,
  };
}

function readFile(reading: Reading, head: SpiffsPage): void {
  const { bytes, settings, findings } = reading;
  const { offset } = head;
  const stored = readU32(bytes, offset + 8);
  const sizeBytes = stored === UNKNOWN_SIZE ? 0 : stored;
  const path = nameOf(reading, head);
  if (stored === UNKNOWN_SIZE)
    report(findings, "filesystem.unfinished", "A file was not closed; its size is not known.", { offset, path });
  findings.entries.push({
    kind: "file",
    path,
    sizeBytes,
    modifiedMs: modifiedOf(bytes, settings, offset),
    content: contentOf(reading, head, { sizeBytes, path }),
  });
}

function nameOf({ bytes, settings, findings }: Reading, { offset }: SpiffsPage): string {
  const field = bytes.subarray(offset + NAME_AT, offset + NAME_AT + settings.nameBytes);
  const end = field.indexOf(0);
  const name = field.subarray(0, end === -1 ? field.length : end);
  // The name begins with the slash that stands for the mount point.
  const path = fromUtf8(name).replace(/^\//, "");
  if (strictUtf8(name) === null || path === "")
    report(findings, "filesystem.name", "The name of a file is empty, or no text.", { offset, path });
  return path;
}

/** ESP-IDF keeps it in seconds, in what is kept for each file besides. */
function modifiedOf(bytes: Uint8Array, { nameBytes, metaBytes }: SpiffsSettings, offset: number): number | null {
  if (metaBytes < 4) return null;
  const seconds = readU32(bytes, offset + NAME_AT + nameBytes);
  return seconds === 0xffff_ffff || seconds === 0 ? null : seconds * 1000;
}

function contentOf(
  reading: Reading,
  head: SpiffsPage,
  { sizeBytes, path }: { readonly sizeBytes: number; readonly path: string },
): Uint8Array<ArrayBuffer> | null {
  const { bytes, settings, pages, findings } = reading;
  const place: Place = { offset: head.offset, path };
  if (sizeBytes > bytes.length) {
    report(findings, "filesystem.size", "A file says to be larger than the partition.", place);
    return null;
  }
  if (!takeContent(findings, sizeBytes, place)) return null;
  const perPage = dataBytesPerPage(settings);
  const content = new Uint8Array(sizeBytes);
  for (let span = 0; span * perPage < sizeBytes; span++) {
    const page = dataPage(reading, head, span) ?? pages.byName.get(pageName({ id: head.id, isIndex: false, span }));
    if (page === undefined) {
      report(findings, "filesystem.incomplete", `A file has no page for its bytes from ${span * perPage} on.`, place);
      return null;
    }
    const from = page.offset + PAGE_HEADER_BYTES;
    content.set(bytes.subarray(from, from + Math.min(perPage, sizeBytes - span * perPage)), span * perPage);
  }
  return content;
}

/** The page that the index names, where it is one of this file. */
function dataPage({ bytes, settings, pages }: Reading, head: SpiffsPage, span: number): SpiffsPage | undefined {
  const tableAt = firstTableAt(settings);
  const inFirst = Math.floor((settings.pageBytes - tableAt) / 2);
  const inFurther = Math.floor((settings.pageBytes - FURTHER_TABLE_AT) / 2);
  const further = span < inFirst ? 0 : 1 + Math.floor((span - inFirst) / inFurther);
  const index = further === 0 ? head : pages.byName.get(pageName({ id: head.id, isIndex: true, span: further }));
  if (index === undefined) return undefined;
  const at = further === 0 ? tableAt + span * 2 : FURTHER_TABLE_AT + ((span - inFirst) % inFurther) * 2;
  const page = pages.byNumber.get(readU16(bytes, index.offset + at));
  return page !== undefined && !page.isIndex && page.id === head.id && page.span === span ? page : undefined;
}

/** Pages of files that have no first page. */
function tellOrphans({ pages, findings }: Reading): void {
  const known = new Set([...pages.heads.map(({ id }) => id), ...pages.deletedHeads]);
  for (const { id, offset } of pages.byNumber.values()) {
    if (known.has(id)) continue;
    known.add(id);
    report(findings, "filesystem.orphan", "Pages belong to no file.", { offset });
  }
}
