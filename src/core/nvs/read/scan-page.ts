import { unshared } from "../../bytes/unshared.ts";
import { dataSize, decodeEntry, hasData, isDataSound, type StoredEntry } from "../page/entry-layout.ts";
import {
  decodePageHeader,
  ENTRIES_PER_PAGE,
  ENTRY_BYTES,
  entryAt,
  entryState,
  isBlank,
  type PageHeader,
} from "../page/page-layout.ts";
import { type Finding, finding } from "./finding.ts";

/** An entry with what belongs to it, on one page. */
export interface ScannedItem {
  readonly index: number;
  /** In the image. */
  readonly offset: number;
  readonly state: "written" | "erased";
  readonly entry: StoredEntry;
  /** Places of 32 bytes that it takes; 1 where its own word for it cannot be trusted. */
  readonly places: number;
  /** Null: none, or not all of it is there. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  /** Its own checksum is right, its parts agree, and all of it was written. Of the content `isContentSound` tells. */
  readonly isWhole: boolean;
  readonly isContentSound: boolean;
}

export interface ScannedPage {
  readonly offset: number;
  readonly header: PageHeader;
  /** Firmware reads it. */
  readonly isUsable: boolean;
  readonly items: readonly ScannedItem[];
  readonly findings: readonly Finding[];
  readonly written: number;
  readonly erased: number;
  /** The first place behind all that was ever used; 126: none. */
  readonly nextPlace: number;
}

/** What stands on a page, whatever its state is. `page`: 4,096 bytes without encryption; `offset`: theirs in the image. */
export function scanPage(page: Uint8Array, offset: number): ScannedPage {
  const header = decodePageHeader(page);
  const isUsable = header.isSound && header.state !== "corrupt" && header.state !== "empty" && header.version !== null;
  const items: ScannedItem[] = [];
  const findings: Finding[] = [];
  let written = 0;
  let erased = 0;
  let nextPlace = 0;
  let torn = 0;
  for (let index = 0; index < ENTRIES_PER_PAGE; index++) {
    const state = entryState(page, index);
    if (state !== "empty") nextPlace = index + 1;
    if (state === "written") written++;
    else if (state !== "empty") erased++;
  }
  for (let index = 0; index < ENTRIES_PER_PAGE; ) {
    const state = entryState(page, index);
    const at = entryAt(index);
    if (state === "written" || state === "erased") {
      const item = scanItem(page, { index, offset: offset + at, state });
      if (item !== null) items.push(item);
      index += item?.places ?? 1;
      continue;
    }
    if (state === "illegal")
      findings.push(finding("nvs.entry-state", "The state of an entry is none that there is.", offset + at));
    else if (!isBlank(page.subarray(at, at + ENTRY_BYTES))) {
      torn++;
      if (index >= nextPlace) nextPlace = index + 1;
      if (torn === 1)
        findings.push(finding("nvs.entry-torn", "Something stands where no entry was completed.", offset + at));
    }
    index++;
  }
  findings.push(...itemFindings(items));
  return { offset, header, isUsable, items, findings: isUsable ? findings : [], written, erased, nextPlace };
}

/** Null: nothing that can be made out, in a place that was given up. */
function scanItem(
  page: Uint8Array,
  place: { readonly index: number; readonly offset: number; readonly state: "written" | "erased" },
): ScannedItem | null {
  const { index, state } = place;
  const at = entryAt(index);
  const entry = decodeEntry(page.subarray(at, at + ENTRY_BYTES));
  if (!entry.isSound) {
    if (state === "erased") return null;
    return { ...place, entry, places: 1, content: null, isWhole: false, isContentSound: false };
  }
  const sizeBytes = hasData(entry.type) ? dataSize(entry) : 0;
  const fits = entry.span >= 1 && index + entry.span <= ENTRIES_PER_PAGE && sizeBytes <= (entry.span - 1) * ENTRY_BYTES;
  const isAllThere =
    fits && Array.from({ length: entry.span }, (_, more) => entryState(page, index + more)).every((s) => s === state);
  const from = at + ENTRY_BYTES;
  const content = fits && hasData(entry.type) ? unshared(page.subarray(from, from + sizeBytes)) : null;
  return {
    ...place,
    entry,
    places: isAllThere ? entry.span : 1,
    content,
    isWhole: isAllThere && entry.type !== null,
    isContentSound: content === null ? !hasData(entry.type) : isDataSound(entry, content),
  };
}

/** Places side by side whose checksums are wrong make one finding: often they are the data of one damaged entry. */
function itemFindings(items: readonly ScannedItem[]): Finding[] {
  const findings: Finding[] = [];
  let lastUnsound = -2;
  for (const item of items) {
    if (item.state === "erased" || item.isWhole) continue;
    const { entry, offset, index } = item;
    const named = { namespaceIndex: entry.namespaceIndex, key: entry.key };
    if (!entry.isSound) {
      if (index !== lastUnsound + 1)
        findings.push(finding("nvs.entry-crc", "The checksum of an entry is wrong; it is left out.", offset));
      lastUnsound = index;
    } else if (entry.type === null)
      findings.push(finding("nvs.entry-type", "An entry has a type that is not known.", offset, named));
    else findings.push(finding("nvs.entry-unfinished", "An entry was not written to its end.", offset, named));
  }
  return findings;
}
