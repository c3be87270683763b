import { crc32 } from "../../bytes/crc32.ts";
import { fromUtf8, toUtf8 } from "../../bytes/text.ts";
import { concatBytes, readU16, readU32, roundUp, writeU16, writeU32 } from "../../bytes/words.ts";
import { INTEGERS, integerValue, type NvsIntegerType, type NvsValue } from "../nvs-values.ts";
import { CRC_SEED, ENTRIES_PER_PAGE, ENTRY_BYTES } from "./page-layout.ts";

/** What an entry says it is; a blob has pieces, and an index that makes one of them (fact sheet, 4.2). */
export type NvsStoredType = NvsIntegerType | "string" | "blob-v1" | "blob-data" | "blob-index";

export const TYPE_CODES: Readonly<Record<NvsStoredType, number>> = {
  u8: 0x01,
  i8: 0x11,
  u16: 0x02,
  i16: 0x12,
  u32: 0x04,
  i32: 0x14,
  u64: 0x08,
  i64: 0x18,
  string: 0x21,
  "blob-v1": 0x41,
  "blob-data": 0x42,
  "blob-index": 0x48,
};

const TYPES_BY_CODE: ReadonlyMap<number, NvsStoredType> = new Map(
  Object.entries(TYPE_CODES).map(([type, code]) => [code, type as NvsStoredType]),
);

/** In the place of a chunk's number, where there are no chunks. */
export const NO_CHUNK = 0xff;
/** Firmware writes the chunks of a blob from one of these numbers on, then from the other. */
export const CHUNK_STARTS: readonly [number, number] = [0x00, 0x80];

const KEY_AT = 8;
const KEY_BYTES = 16;
const CRC_AT = 4;
const DATA_AT = 24;
export const LONGEST_NAME_BYTES = 15;
/** What fits behind an entry on a page of its own. */
export const LONGEST_ITEM_BYTES: number = (ENTRIES_PER_PAGE - 1) * ENTRY_BYTES;

/** An entry's own 32 bytes; data of variable length follow in others. */
export interface StoredEntry {
  readonly namespaceIndex: number;
  /** Null: none that is known. */
  readonly type: NvsStoredType | null;
  readonly span: number;
  readonly chunk: number;
  readonly key: string;
  /** Its checksum is right. */
  readonly isSound: boolean;
  /** The last eight bytes. */
  readonly data: Uint8Array;
}

export function decodeEntry(bytes: Uint8Array): StoredEntry {
  const key = bytes.subarray(KEY_AT, KEY_AT + KEY_BYTES);
  const end = key.indexOf(0);
  return {
    namespaceIndex: bytes[0] ?? 0,
    type: TYPES_BY_CODE.get(bytes[1] ?? 0) ?? null,
    span: bytes[2] ?? 0,
    chunk: bytes[3] ?? 0,
    key: fromUtf8(end < 0 ? key : key.subarray(0, end)),
    isSound: readU32(bytes, CRC_AT) === entryCrc(bytes),
    data: bytes.subarray(DATA_AT, ENTRY_BYTES),
  };
}

function entryCrc(bytes: Uint8Array): number {
  return crc32(concatBytes([bytes.subarray(0, CRC_AT), bytes.subarray(CRC_AT + 4, ENTRY_BYTES)]), CRC_SEED);
}

/** Data are behind the entry: their length and checksum stand in it. */
export function hasData(type: NvsStoredType | null): boolean {
  return type === "string" || type === "blob-v1" || type === "blob-data";
}

export function dataSize({ data }: StoredEntry): number {
  return readU16(data, 0);
}

/** `data`: as many bytes as the entry says. */
export function isDataSound(entry: StoredEntry, data: Uint8Array): boolean {
  return readU32(entry.data, 4) === crc32(data, CRC_SEED);
}

export function spanOf(sizeBytes: number): number {
  return 1 + Math.ceil(sizeBytes / ENTRY_BYTES);
}

export interface BlobIndex {
  readonly sizeBytes: number;
  readonly chunkCount: number;
  readonly chunkStart: number;
}

export function blobIndex({ data }: StoredEntry): BlobIndex {
  return { sizeBytes: readU32(data, 0), chunkCount: data[4] ?? 0, chunkStart: data[5] ?? 0 };
}

export function integerOf({ data }: StoredEntry, type: NvsIntegerType): NvsValue {
  const { sizeBytes, lowest } = INTEGERS[type];
  const unsigned = (BigInt(readU32(data, 4)) << 32n) | BigInt(readU32(data, 0));
  const bits = 8 * sizeBytes;
  return integerValue(type, lowest < 0n ? BigInt.asIntN(bits, unsigned) : BigInt.asUintN(bits, unsigned));
}

/** Where an item belongs. */
export interface ItemName {
  readonly namespaceIndex: number;
  readonly key: string;
}

/** All bytes of an item: its entry, and its data filled with 0xFF to whole entries. */
export type ItemBytes = Uint8Array<ArrayBuffer>;

export function integerItem(name: ItemName, type: NvsIntegerType, value: bigint): ItemBytes {
  const data = new Uint8Array(8).fill(0xff);
  const { sizeBytes } = INTEGERS[type];
  for (let index = 0; index < sizeBytes; index++) data[index] = Number((value >> BigInt(8 * index)) & 0xffn);
  return encodeItem(name, { type, chunk: NO_CHUNK, data });
}

export function dataItem(
  name: ItemName,
  type: "string" | "blob-v1" | "blob-data",
  content: Uint8Array,
  chunk: number = NO_CHUNK,
): ItemBytes {
  const data = new Uint8Array(8).fill(0xff);
  writeU16(data, 0, content.length);
  writeU32(data, 4, crc32(content, CRC_SEED));
  return encodeItem(name, { type, chunk, data, content });
}

export function indexItem(name: ItemName, { sizeBytes, chunkCount, chunkStart }: BlobIndex): ItemBytes {
  const data = new Uint8Array(8).fill(0xff);
  writeU32(data, 0, sizeBytes);
  data[4] = chunkCount;
  data[5] = chunkStart;
  return encodeItem(name, { type: "blob-index", chunk: NO_CHUNK, data });
}

function encodeItem(
  { namespaceIndex, key }: ItemName,
  parts: {
    readonly type: NvsStoredType;
    readonly chunk: number;
    readonly data: Uint8Array;
    readonly content?: Uint8Array | undefined;
  },
): ItemBytes {
  const { type, chunk, data, content = new Uint8Array(0) } = parts;
  const item = new Uint8Array(ENTRY_BYTES + roundUp(content.length, ENTRY_BYTES)).fill(0xff);
  item.set([namespaceIndex, TYPE_CODES[type], spanOf(content.length), chunk]);
  item.fill(0, KEY_AT, KEY_AT + KEY_BYTES);
  item.set(toUtf8(key).subarray(0, KEY_BYTES), KEY_AT);
  item.set(data, DATA_AT);
  writeU32(item, CRC_AT, entryCrc(item));
  item.set(content, ENTRY_BYTES);
  return item;
}
