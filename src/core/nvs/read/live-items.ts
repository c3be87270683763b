import { concatBytes } from "../../bytes/words.ts";
import { blobIndex, type NvsStoredType } from "../page/entry-layout.ts";
import { type Finding, finding } from "./finding.ts";
import type { ScannedItem, ScannedPage } from "./scan-page.ts";

/** What counts under one key: an integer, a string, a blob of version 1, or the index of a blob with its chunks. */
export interface LiveItem {
  readonly item: ScannedItem;
  readonly type: NvsStoredType;
  /** In their order; empty but for a blob with an index. */
  readonly chunks: readonly ScannedItem[];
  /** The data, where the type has any; of a blob with an index all chunks that are there. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  readonly isSound: boolean;
}

export interface LiveItems {
  /** By `nameOf`. */
  readonly byName: ReadonlyMap<string, LiveItem>;
  /** Index to name and where it is written. */
  readonly namespaces: ReadonlyMap<number, { readonly name: string; readonly offset: number }>;
  readonly findings: readonly Finding[];
}

/** One word for namespace and key; no key has a zero in it. */
export function nameOf({ entry }: ScannedItem): string {
  return `${entry.namespaceIndex}\0${entry.key}`;
}

/** Pages that firmware reads, the oldest first. */
export function usablePages(pages: readonly ScannedPage[]): ScannedPage[] {
  return pages
    .filter(({ isUsable }) => isUsable)
    .sort((left, right) => left.header.sequence - right.header.sequence || left.offset - right.offset);
}

/** What counts of all that is written: of one key the last that was written, on the page with the highest number. */
export function liveItems(pages: readonly ScannedPage[]): LiveItems {
  const items = usablePages(pages).flatMap((page) =>
    page.items.filter(({ state, isWhole }) => state === "written" && isWhole),
  );
  const namespaces = new Map<number, { name: string; offset: number }>();
  const chunks = new Map<string, ScannedItem>();
  const newest = new Map<string, ScannedItem>();
  const findings: Finding[] = [];
  for (const item of items) {
    const { entry, offset } = item;
    if (entry.namespaceIndex === 0) {
      if (entry.type === "u8") namespaces.set(entry.data[0] ?? 0, { name: entry.key, offset });
    } else if (entry.type === "blob-data") chunks.set(`${nameOf(item)}\0${entry.chunk}`, item);
    else {
      if (newest.has(nameOf(item)))
        findings.push(finding("nvs.repeated-key", "A key is there several times; the newest counts.", offset, entry));
      newest.set(nameOf(item), item);
    }
  }
  const byName = new Map<string, LiveItem>();
  const used = new Set<ScannedItem>();
  for (const [name, item] of newest) {
    const live = liveItem(item, name, chunks);
    byName.set(name, live);
    for (const chunk of live.chunks) used.add(chunk);
    findings.push(...liveFindings(live));
  }
  for (const chunk of chunks.values())
    if (!used.has(chunk))
      findings.push(finding("nvs.chunk-orphan", "A piece of a blob belongs to no blob.", chunk.offset, chunk.entry));
  return { byName, namespaces, findings };
}

function liveItem(item: ScannedItem, name: string, all: ReadonlyMap<string, ScannedItem>): LiveItem {
  const { type } = item.entry;
  if (type !== "blob-index")
    return { item, type: type ?? "u8", chunks: [], content: item.content, isSound: item.isContentSound };
  const { sizeBytes, chunkCount, chunkStart } = blobIndex(item.entry);
  const wanted = Array.from({ length: chunkCount }, (_, number) => all.get(`${name}\0${chunkStart + number}`));
  const chunks = wanted.filter((chunk) => chunk !== undefined);
  const content = concatBytes(chunks.map((chunk) => chunk.content ?? new Uint8Array(0)));
  const isSound =
    chunks.length === chunkCount &&
    content.length === sizeBytes &&
    chunks.every(({ isContentSound }) => isContentSound);
  return { item, type, chunks, content, isSound };
}

function liveFindings({ item, chunks, isSound, type }: LiveItem): Finding[] {
  if (isSound) return [];
  const { entry } = item;
  const bad = type === "blob-index" ? chunks.filter(({ isContentSound }) => !isContentSound) : [item];
  if (bad.length === 0) return [finding("nvs.blob-incomplete", "Pieces of a blob are missing.", item.offset, entry)];
  return bad.map(({ offset }) => finding("nvs.data-crc", "The checksum of the data is wrong.", offset, entry));
}
