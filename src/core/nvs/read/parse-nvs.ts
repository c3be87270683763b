// Shelf: reading an image: pages, what counts of them, values; damage is told and hides nothing else.
// In: bytes of a partition, keys where it is encrypted.
// Out: `NvsContents`.

import { fromUtf8, toUtf8 } from "../../bytes/text.ts";
import { equalBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { decryptPages } from "../crypt/crypt-pages.ts";
import { checkKey } from "../crypt/nvs-keys.ts";
import { isIntegerType, type NvsProblem, type NvsType } from "../nvs-values.ts";
import { blobIndex, dataSize, hasData, integerOf, NO_CHUNK } from "../page/entry-layout.ts";
import { PAGE_BYTES } from "../page/page-layout.ts";
import { type Finding, finding } from "./finding.ts";
import { type LiveItem, type LiveItems, liveItems, usablePages } from "./live-items.ts";
import type { NvsContents, NvsDamagedEntry, NvsItem, NvsPage, NvsStoredEntry } from "./nvs-contents.ts";
import { type ScannedItem, type ScannedPage, scanPage } from "./scan-page.ts";

export interface ParseNvsOptions {
  /** 64 bytes, where the partition is encrypted: see `readNvsKeys` and `deriveNvsKeys`. */
  readonly keys?: Uint8Array | undefined;
}

const checkOptions: Check<ParseNvsOptions> = shape<ParseNvsOptions>({ keys: optional(checkKey) });

/**
 * What is in an NVS partition, or the first part of one: whole pages are read. Of a key that is there several times the newest
 * counts. Nothing is thrown for damage; it is in `problems`, with offsets, and what is sound is there.
 * Throws `nvs.wrong-keys` where no entry becomes readable by the keys, `nvs.encrypted` where none is without.
 * Rules: ESP-IDF, "Non-volatile Storage Library", internals; fact sheet 4.
 *
 * @example
 * const { entries, problems } = parseNvs(await readFile("nvs.bin"));
 */
export function parseNvs(image: ByteSource, options: ParseNvsOptions = {}): NvsContents {
  const bytes = checkBytes(image, "image");
  const { keys } = checkOptions(options, "options");
  return contentsOf(decryptPages(bytes, keys ?? null));
}

/** `bytes`: without encryption. */
export function scanPages(bytes: Uint8Array): ScannedPage[] {
  return Array.from({ length: Math.floor(bytes.length / PAGE_BYTES) }, (_, number) =>
    scanPage(bytes.subarray(number * PAGE_BYTES, (number + 1) * PAGE_BYTES), number * PAGE_BYTES),
  );
}

function contentsOf(bytes: Uint8Array): NvsContents {
  const pages = scanPages(bytes);
  const live = liveItems(pages);
  const entries: NvsStoredEntry[] = [];
  const damaged: NvsDamagedEntry[] = [];
  const findings = [...pageFindings(bytes, pages), ...pages.flatMap((page) => page.findings), ...live.findings];
  for (const item of live.byName.values()) {
    const { namespaceIndex, key } = item.item.entry;
    const name = live.namespaces.get(namespaceIndex)?.name;
    if (name === undefined)
      findings.push(
        finding("nvs.no-namespace", "An entry is of a namespace without a name.", item.item.offset, item.item.entry),
      );
    const read = readLive(item, { namespace: name ?? "", namespaceIndex, key });
    if ("value" in read) entries.push(read);
    else damaged.push(read);
    if (read.type === "string" && read.stored !== null && !isText(read.stored))
      findings.push(
        finding("nvs.not-text", "A string is not UTF-8, or does not end with NUL.", item.item.offset, item.item.entry),
      );
  }
  const named = [...live.namespaces].map(([index, { name }]) => ({ name, index }));
  return { pages: pages.map(shownPage), namespaces: named, entries, damaged, problems: problemsOf(findings, live) };
}

function readLive(
  { item, type, content, isSound }: LiveItem,
  place: { readonly namespace: string; readonly namespaceIndex: number; readonly key: string },
): NvsStoredEntry | NvsDamagedEntry {
  const { entry, offset } = item;
  if (isIntegerType(type)) return { ...place, offset, stored: null, ...integerOf(entry, type) };
  const stored = new Uint8Array(content ?? []);
  const shown: NvsType = type === "string" ? "string" : "blob";
  if (!isSound) return { ...place, offset, stored, type: shown };
  if (shown === "blob") return { ...place, offset, stored, type: "blob", value: stored };
  return { ...place, offset, stored, type: "string", value: fromUtf8(withoutNul(stored)) };
}

function withoutNul(stored: Uint8Array): Uint8Array {
  return stored.at(-1) === 0 ? stored.subarray(0, -1) : stored;
}

function isText(stored: Uint8Array): boolean {
  const text = withoutNul(stored);
  return text.length < stored.length && equalBytes(toUtf8(fromUtf8(text)), text);
}

function pageFindings(bytes: Uint8Array, pages: readonly ScannedPage[]): Finding[] {
  const findings: Finding[] = [];
  const whole = pages.length * PAGE_BYTES;
  if (whole < bytes.length)
    findings.push(finding("nvs.partial-page", "What is behind the last whole page of 4,096 bytes is left out.", whole));
  for (const { offset, header, isUsable } of pages) {
    if (isUsable || (header.state === "empty" && !hasContent(bytes, offset))) continue;
    const isCorrupt = header.state === "corrupt" || header.state === "empty";
    findings.push(
      isCorrupt
        ? finding(
            "nvs.page-corrupt",
            "The state of a page says that nothing on it counts, and something is there.",
            offset,
          )
        : finding("nvs.page-header", "The header of a page is damaged; nothing on it counts.", offset),
    );
  }
  const used = usablePages(pages);
  const freeing = used.find(({ header }) => header.state === "freeing");
  if (freeing !== undefined)
    findings.push(
      finding("nvs.copy-interrupted", "Copying a page was interrupted; firmware does it again.", freeing.offset),
    );
  if (used.length > 0 && used.length === pages.length && pages.length > 2)
    findings.push(finding("nvs.no-free-page", "No page is free, and firmware keeps one: it will refuse to start.", 0));
  return findings;
}

function hasContent(bytes: Uint8Array, offset: number): boolean {
  return bytes.subarray(offset, offset + PAGE_BYTES).some((byte) => byte !== 0xff);
}

function problemsOf(findings: readonly Finding[], { namespaces }: LiveItems): NvsProblem[] {
  return findings.map(({ namespaceIndex, ...rest }) => ({
    ...rest,
    namespace: namespaceIndex === null ? null : (namespaces.get(namespaceIndex)?.name ?? null),
  }));
}

function shownPage({ offset, header, items, written, erased }: ScannedPage): NvsPage {
  const { state, sequence, version, isSound } = header;
  const isEmpty = state === "empty";
  return {
    offset,
    state,
    sequence: isEmpty ? null : sequence,
    version: isEmpty ? null : version,
    isHeaderSound: isSound,
    written,
    erased,
    items: isEmpty ? [] : items.map(shownItem),
  };
}

function shownItem({ index, offset, state, entry, content, isContentSound }: ScannedItem): NvsItem {
  const { namespaceIndex, type, span, chunk, key, isSound } = entry;
  const sized = type === "blob-index" ? blobIndex(entry).sizeBytes : hasData(type) ? dataSize(entry) : null;
  return {
    index,
    offset,
    state,
    namespaceIndex,
    type,
    span,
    chunk: chunk === NO_CHUNK ? null : chunk,
    key,
    isSound,
    sizeBytes: sized,
    isDataSound: content === null ? null : isContentSound,
  };
}
