import { createDecipheriv } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * What firmware finds when it starts on these bytes: its rules of loading, written down from the fact sheet and the library's own
 * description, with nothing of ours. Keys are "namespace/key", values "type:hex"; a key may have one of each type.
 */
export type Found = ReadonlyMap<string, ReadonlySet<string>>;

interface Item {
  readonly page: Page;
  readonly at: number;
  readonly ns: number;
  readonly type: number;
  readonly span: number;
  readonly chunk: number;
  readonly key: string;
  readonly data: Buffer;
  readonly rest: Buffer;
}

interface Page {
  readonly seq: number;
  state: number;
  readonly states: number[];
  readonly entries: Buffer;
}

const ACTIVE = 0xfffffffe;
const FULL = 0xfffffffc;
const FREEING = 0xfffffff8;
const EMPTY = 3;
const WRITTEN = 2;
const ERASED = 0;
const STRING = 0x21;
const BLOB = 0x41;
const BLOB_DATA = 0x42;
const BLOB_INDEX = 0x48;
const TYPES = [1, 0x11, 2, 0x12, 4, 0x14, 8, 0x18, STRING, BLOB, BLOB_DATA, BLOB_INDEX];

const sum = (bytes: Uint8Array): number => crc32(bytes, 0xffffffff);
const blank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff);

function decrypted(image: Buffer, keys: Uint8Array): Buffer {
  const plain = Buffer.from(image);
  for (let page = 0; page < image.length; page += 4096)
    for (let at = page + 64; at < page + 4096; at += 32) {
      const place = image.subarray(at, at + 32);
      if (blank(place)) continue;
      const tweak = Buffer.alloc(16);
      tweak.writeUInt32LE(at);
      const cipher = createDecipheriv("aes-256-xts", keys, tweak);
      plain.set(Buffer.concat([cipher.update(place), cipher.final()]), at);
    }
  return plain;
}

/** Null: free, or to be erased before it is used. */
function load(bytes: Buffer): Page | null {
  const state = bytes.readUInt32LE(0);
  if (sum(bytes.subarray(4, 28)) !== bytes.readUInt32LE(28) || ![ACTIVE, FULL, FREEING].includes(state)) return null;
  if (bytes[8] !== 0xfe && bytes[8] !== 0xff) throw new Error("a page of a version that is not known");
  const states = Array.from({ length: 126 }, (_, n) => ((bytes[32 + (n >> 2)] ?? 0) >> ((n & 3) * 2)) & 3);
  return { seq: bytes.readUInt32LE(4), state, states, entries: bytes.subarray(64) };
}

function itemAt(page: Page, at: number): Item | null {
  const entry = page.entries.subarray(at * 32, at * 32 + 32);
  if (sum(Buffer.concat([entry.subarray(0, 4), entry.subarray(8)])) !== entry.readUInt32LE(4)) return null;
  const [ns = 0, type = 0, span = 0, chunk = 0] = entry;
  const key = entry.subarray(8, 24).toString().split("\0")[0] ?? "";
  const rest = page.entries.subarray(at * 32 + 32, (at + span) * 32);
  return { page, at, ns, type, span, chunk, key, data: entry.subarray(24), rest };
}

function items(page: Page): Item[] {
  const found: Item[] = [];
  for (let at = 0; at < 126; ) {
    const item = page.states[at] === WRITTEN ? itemAt(page, at) : null;
    if (item !== null) found.push(item);
    at += item?.span ?? 1;
  }
  return found;
}

function erase({ page, at, span }: Item): void {
  page.states.fill(ERASED, at, at + span);
}

/** What is unfinished on a page in use is erased, and of an entry that is there twice the first. */
function mendActive(page: Page): void {
  let next = page.states.findLastIndex((state) => state !== EMPTY) + 1;
  while (next < 126 && !blank(page.entries.subarray(next * 32, next * 32 + 32))) page.states[next++] = ERASED;
  for (let at = 0; at < next; at++) {
    if (page.states[at] !== WRITTEN) continue;
    const item = itemAt(page, at);
    if (item === null) {
      page.states[at] = ERASED;
      continue;
    }
    if (page.states.slice(at, at + item.span).some((state) => state !== WRITTEN)) {
      erase(item);
      continue;
    }
    const twin = items(page).find(
      (one) => one.at < at && one.ns === item.ns && one.key === item.key && one.chunk === item.chunk,
    );
    if (twin !== undefined) erase(twin);
    at += item.span - 1;
  }
}

/** The last thing written may have a predecessor that was not erased any more. */
function dropPredecessor(pages: readonly Page[]): void {
  const last = pages.at(-1);
  const item = last === undefined ? undefined : items(last).at(-1);
  if (item === undefined) return;
  for (const type of [item.type, ...(item.type === BLOB_INDEX ? [BLOB] : [])])
    for (const page of pages.slice(0, -1)) {
      if (page.state === FREEING) continue;
      const old = items(page).find(
        (one) => one.ns === item.ns && one.key === item.key && one.chunk === item.chunk && one.type === type,
      );
      if (old === undefined) continue;
      erase(old);
      return;
    }
}

/** Throws where firmware refuses to start, and where it would find an entry that makes no sense. */
export function startFirmware(image: Uint8Array, keys: Uint8Array | null = null): Found {
  const bytes = keys === null ? Buffer.from(image) : decrypted(Buffer.from(image), keys);
  const count = bytes.length / 4096;
  const loaded = Array.from({ length: count }, (_, n) => load(bytes.subarray(n * 4096, n * 4096 + 4096)));
  let pages = loaded.filter((page) => page !== null).sort((left, right) => left.seq - right.seq);
  for (const page of pages) if (page.state === ACTIVE) mendActive(page);
  dropPredecessor(pages);
  const freeing = pages.find(({ state }) => state === FREEING);
  const newest = pages.at(-1);
  if (freeing !== undefined) {
    if (newest?.state === ACTIVE) pages = pages.filter((page) => page !== newest);
    if (pages.length >= count) throw new Error("firmware: no page to copy to");
  } else if (pages.length >= count) throw new Error("firmware: no free page");
  const all = pages.flatMap(items);
  const names = new Map(all.filter(({ ns, type }) => ns === 0 && type === 1).map(({ data, key }) => [data[0], key]));
  const found = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const item of all) {
    if (!TYPES.includes(item.type)) throw new Error(`an entry of type ${item.type}`);
    if (item.ns === 0 || item.type === BLOB_DATA) continue;
    // The oldest is found first.
    const kind = [BLOB, BLOB_INDEX].includes(item.type) ? "blob" : String(item.type);
    const name = `${names.get(item.ns)}/${item.key}`;
    if (seen.has(`${name}/${kind}`)) continue;
    seen.add(`${name}/${kind}`);
    const values = found.get(name) ?? new Set();
    found.set(name, values.add(`${kind}:${contentOf(item, all)}`));
  }
  return found;
}

function contentOf(item: Item, all: readonly Item[]): string {
  if (item.type === BLOB_INDEX) {
    const size = item.data.readUInt32LE(0);
    const [chunks = 0, start = 0] = item.data.subarray(4);
    const pieces = Array.from({ length: chunks }, (_, n) =>
      all.find(
        (one) => one.type === BLOB_DATA && one.ns === item.ns && one.key === item.key && one.chunk === start + n,
      ),
    );
    if (pieces.includes(undefined)) throw new Error(`a piece of ${item.key} is missing`);
    const hex = pieces.map((piece) => (piece === undefined ? "" : payload(piece))).join("");
    if (hex.length !== 2 * size) throw new Error(`${item.key} has another length`);
    return hex;
  }
  if (item.type === STRING || item.type === BLOB) return payload(item);
  return item.data.subarray(0, item.type & 15).toString("hex");
}

function payload({ data, rest, key }: Item): string {
  const content = rest.subarray(0, data.readUInt16LE(0));
  if (sum(content) !== data.readUInt32LE(4)) throw new Error(`the data of ${key} are damaged`);
  return content.toString("hex");
}
