import { toUtf8 } from "../../bytes/text.ts";
import { concatBytes, equalBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import { isIntegerType, type NvsEntry } from "../nvs-values.ts";
import {
  blobIndex,
  CHUNK_STARTS,
  dataItem,
  type ItemName,
  indexItem,
  integerItem,
  LONGEST_ITEM_BYTES,
} from "../page/entry-layout.ts";
import { ENTRY_BYTES } from "../page/page-layout.ts";
import { type LiveItem, liveItems, usablePages } from "../read/live-items.ts";
import type { ScannedItem } from "../read/scan-page.ts";
import type { NvsDraft } from "./nvs-draft.ts";
import { appendItem, beginPage, eraseItem, placesLeft, versionOf } from "./pages-of-draft.ts";

const LONGEST_V1_BYTES = 1984;
const NAMESPACES = 254;
/** A blob is not begun on a page where less than a tenth of the largest piece has room. */
const LEAST_PLACES = 13;
const MOST_CHUNKS = 127;

/** The new value is complete before the old one is given up; where it is there already, only leftovers go. */
export function setEntry(draft: NvsDraft, entry: NvsEntry): void {
  const known = namespaceIndex(draft, entry.namespace);
  const before = known === null ? null : liveOf(draft, { namespaceIndex: known, key: entry.key });
  if (known !== null && before !== null && holds(before, entry)) {
    keepOnly(draft, { namespaceIndex: known, key: entry.key }, before);
    return;
  }
  const name = { namespaceIndex: known ?? addNamespace(draft, entry.namespace), key: entry.key };
  for (const chunk of itemsOf(draft, name))
    if (chunk.entry.type === "blob-data" && before?.chunks.some(({ offset }) => offset === chunk.offset) !== true)
      eraseItem(draft, chunk);
  writeValue(draft, name, entry);
  keepOnly(draft, name, liveOf(draft, name));
}

/** What else there is of the key goes: the value before, or what an interruption has left. */
function keepOnly(draft: NvsDraft, name: ItemName, live: LiveItem | null): void {
  const kept = new Set(live === null ? [] : [live.item.offset, ...live.chunks.map(({ offset }) => offset)]);
  eraseAll(
    draft,
    itemsOf(draft, name).filter(({ offset }) => !kept.has(offset)),
  );
}

/** Without a key: all of the namespace, whose name stays. Throws `nvs.missing`. */
export function eraseEntry(draft: NvsDraft, namespace: string, key: string | null): void {
  const index = namespaceIndex(draft, namespace);
  if (index === null)
    throw new EspError("nvs.missing", `There is no namespace '${namespace}'.`, {
      hint: "Namespaces and keys are case-sensitive.",
      details: { namespace },
    });
  const items = wholeItems(draft).filter(
    ({ entry }) => entry.namespaceIndex === index && (key === null || entry.key === key),
  );
  if (key !== null && items.length === 0)
    throw new EspError("nvs.missing", `There is no key '${key}' in the namespace '${namespace}'.`, {
      hint: "Namespaces and keys are case-sensitive.",
      details: { namespace, key },
    });
  eraseAll(draft, items);
}

/** Pieces of blobs last: without their index they count for nothing. */
function eraseAll(draft: NvsDraft, items: readonly ScannedItem[]): void {
  const isPiece = ({ entry }: ScannedItem): boolean => entry.type === "blob-data";
  for (const item of items.filter((one) => !isPiece(one))) eraseItem(draft, item);
  for (const item of items.filter(isPiece)) eraseItem(draft, item);
}

function wholeItems(draft: NvsDraft): ScannedItem[] {
  return usablePages(draft.pages).flatMap(({ items }) =>
    items.filter(({ state, isWhole }) => state === "written" && isWhole),
  );
}

function itemsOf(draft: NvsDraft, name: ItemName): ScannedItem[] {
  return wholeItems(draft).filter(
    ({ entry }) => entry.namespaceIndex === name.namespaceIndex && entry.key === name.key,
  );
}

function liveOf(draft: NvsDraft, { namespaceIndex: index, key }: ItemName): LiveItem | null {
  return liveItems(draft.pages).byName.get(`${index}\0${key}`) ?? null;
}

function namespaceIndex(draft: NvsDraft, name: string): number | null {
  for (const [index, namespace] of liveItems(draft.pages).namespaces) if (namespace.name === name) return index;
  return null;
}

/** The lowest number that is neither named nor used by entries whose name was lost. */
function addNamespace(draft: NvsDraft, name: string): number {
  const taken = new Set([
    ...liveItems(draft.pages).namespaces.keys(),
    ...wholeItems(draft).map(({ entry }) => entry.namespaceIndex),
  ]);
  const index = Array.from({ length: NAMESPACES }, (_, number) => number + 1).find((number) => !taken.has(number));
  if (index === undefined)
    throw new EspError("nvs.full", `There can be no more than ${NAMESPACES} namespaces.`, {
      hint: "Put the key into a namespace that is there.",
    });
  appendItem(draft, integerItem({ namespaceIndex: 0, key: name }, "u8", BigInt(index)));
  return index;
}

function contentOf(entry: NvsEntry): Uint8Array {
  return entry.type === "string"
    ? concatBytes([toUtf8(entry.value), Uint8Array.of(0)])
    : entry.type === "blob"
      ? entry.value
      : new Uint8Array(0);
}

function holds({ type, item, content, isSound }: LiveItem, entry: NvsEntry): boolean {
  if (!isSound) return false;
  if (isIntegerType(entry.type)) return type === entry.type && equalBytes(item.entry.data, integerBytes(entry));
  const isSameType = entry.type === "string" ? type === "string" : type === "blob-index" || type === "blob-v1";
  return isSameType && content !== null && equalBytes(content, contentOf(entry));
}

function integerBytes(entry: NvsEntry): Uint8Array {
  return isIntegerType(entry.type)
    ? integerItem({ namespaceIndex: 0, key: "" }, entry.type, BigInt(entry.value as number | bigint)).subarray(24, 32)
    : new Uint8Array(0);
}

function writeValue(draft: NvsDraft, name: ItemName, entry: NvsEntry): void {
  if (isIntegerType(entry.type)) {
    appendItem(draft, integerItem(name, entry.type, BigInt(entry.value as number | bigint)));
    return;
  }
  const content = contentOf(entry);
  const isV1 = versionOf(draft) === 1;
  if (entry.type === "blob" && !isV1) {
    writeBlob(draft, name, content);
    return;
  }
  const longest = isV1 ? LONGEST_V1_BYTES : LONGEST_ITEM_BYTES;
  if (content.length > longest) throw tooLong(entry, content.length, longest);
  appendItem(draft, dataItem(name, entry.type === "string" ? "string" : "blob-v1", content));
}

/** Pieces first, under numbers that the old ones do not have, then the index, by which they begin to count. */
function writeBlob(draft: NvsDraft, name: ItemName, content: Uint8Array): void {
  const before = liveOf(draft, name);
  const [low, high] = CHUNK_STARTS;
  const isLow = before?.type === "blob-index" && blobIndex(before.item.entry).chunkStart === low;
  const chunkStart = isLow ? high : low;
  let done = 0;
  let chunkCount = 0;
  do {
    if (placesLeft(draft) < Math.min(LEAST_PLACES, 1 + Math.ceil((content.length - done) / ENTRY_BYTES)))
      beginPage(draft);
    const room = (placesLeft(draft) - 1) * ENTRY_BYTES;
    const piece = content.subarray(done, done + room);
    if (chunkCount >= MOST_CHUNKS || (piece.length === 0 && done < content.length))
      throw new EspError("nvs.full", "The blob does not fit into the NVS partition.", {
        hint: "Erase keys that are not needed, or make the partition larger.",
        details: { sizeBytes: content.length },
      });
    appendItem(draft, dataItem(name, "blob-data", piece, chunkStart + chunkCount));
    chunkCount++;
    done += piece.length;
  } while (done < content.length);
  appendItem(draft, indexItem(name, { sizeBytes: content.length, chunkCount, chunkStart }));
}

function tooLong({ namespace, key, type }: NvsEntry, sizeBytes: number, longest: number): EspError {
  const most = type === "string" ? `${longest - 1} bytes of text` : `${longest} bytes`;
  return new EspError("nvs.value-too-long", `The value of '${key}' is longer than ${most}.`, {
    hint: "Cut it, or store it as a blob of format version 2, which may go over several pages.",
    details: { namespace, key, sizeBytes },
  });
}
