// Room: NVS, the key-value store of ESP-IDF: pages and entries, images made and read, edits, encryption, text forms.
// In: bytes of a partition, entries, keys, text.
// Out: entries with all that is wrong, images, the steps of an edit.

/** Whole numbers of one to eight bytes, with or without a sign. */
export type NvsIntegerType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64";

export type NvsType = NvsIntegerType | "string" | "blob";

/** A value with its type. */
export type NvsValue =
  | { readonly type: "u8" | "i8" | "u16" | "i16" | "u32" | "i32"; readonly value: number }
  | { readonly type: "u64" | "i64"; readonly value: bigint }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "blob"; readonly value: Uint8Array<ArrayBuffer> };

/** A value under its name. Namespace and key have 1 to 15 bytes of UTF-8 each. */
export type NvsEntry = NvsValue & { readonly namespace: string; readonly key: string };

/** A namespace by itself, which need not have any keys. */
export interface NvsNamespaceEntry {
  readonly type: "namespace";
  readonly namespace: string;
}

/** Something that is wrong with an image, or would be with what is made of the input; nothing stopped for it. */
export interface NvsProblem {
  readonly code: NvsProblemCode;
  /** One sentence; never a value. */
  readonly message: string;
  /** Of the first byte that is concerned, in the image; null: in no image. */
  readonly offset: number | null;
  readonly namespace: string | null;
  readonly key: string | null;
}

export type NvsProblemCode =
  // Pages.
  | "nvs.page-corrupt"
  | "nvs.page-header"
  | "nvs.partial-page"
  | "nvs.copy-interrupted"
  | "nvs.no-free-page"
  // Entries.
  | "nvs.entry-crc"
  | "nvs.entry-state"
  | "nvs.entry-torn"
  | "nvs.entry-unfinished"
  | "nvs.entry-type"
  | "nvs.data-crc"
  | "nvs.not-text"
  | "nvs.blob-incomplete"
  | "nvs.chunk-orphan"
  | "nvs.repeated-key"
  | "nvs.no-namespace"
  // What is made.
  | "nvs.reopened-namespace"
  | "nvs.read-only-size"
  | "nvs.keys-unchecked";

interface IntegerRange {
  readonly sizeBytes: 1 | 2 | 4 | 8;
  readonly lowest: bigint;
  readonly highest: bigint;
}

function range(sizeBytes: 1 | 2 | 4 | 8, isSigned: boolean): IntegerRange {
  const bits = BigInt(8 * sizeBytes);
  return isSigned
    ? { sizeBytes, lowest: -(1n << (bits - 1n)), highest: (1n << (bits - 1n)) - 1n }
    : { sizeBytes, lowest: 0n, highest: (1n << bits) - 1n };
}

export const INTEGERS: Readonly<Record<NvsIntegerType, IntegerRange>> = {
  u8: range(1, false),
  i8: range(1, true),
  u16: range(2, false),
  i16: range(2, true),
  u32: range(4, false),
  i32: range(4, true),
  u64: range(8, false),
  i64: range(8, true),
};

export const NVS_TYPES: readonly NvsType[] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "string", "blob"];

export function isIntegerType(type: string): type is NvsIntegerType {
  return Object.hasOwn(INTEGERS, type);
}

/** The number in the form that its type has: a bigint for eight bytes. It has to be in the type's range. */
export function integerValue(type: NvsIntegerType, value: bigint): NvsValue {
  return type === "u64" || type === "i64" ? { type, value } : { type, value: Number(value) };
}
