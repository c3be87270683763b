// Shelf: making an image of entries, byte for byte as the original generator does.
// In: entries, the size of the partition.
// Out: the image, and what firmware will make of it otherwise than meant.

import { toUtf8 } from "../../bytes/text.ts";
import { concatBytes } from "../../bytes/words.ts";
import { type Check, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { encryptPages } from "../crypt/crypt-pages.ts";
import { checkKey } from "../crypt/nvs-keys.ts";
import { isIntegerType, type NvsEntry, type NvsNamespaceEntry, type NvsProblem } from "../nvs-values.ts";
import { dataItem, type ItemName, integerItem, LONGEST_ITEM_BYTES } from "../page/entry-layout.ts";
import { type NvsVersion, PAGE_BYTES } from "../page/page-layout.ts";
import { checkMadeEntry } from "./check-entries.ts";
import { PageWriter } from "./page-writer.ts";

/** Larger partitions than this are a mistake: flash chips end there. */
const LARGEST_BYTES = 0x100_0000;
/** From here on one page is kept free, and the partition can be written to. */
const WRITABLE_PAGES = 3;
const LONGEST_V1_BYTES = 1984;
const NAMESPACES = 254;

export interface MakeNvsOptions {
  /** Of the partition: a multiple of 4,096. Below 0x3000 firmware can read it only. */
  readonly sizeBytes: number;
  /** 1: for firmware of before ESP-IDF 3.2. Default 2. */
  readonly version?: NvsVersion | undefined;
  /** 64 bytes: the image is encrypted with them. */
  readonly keys?: Uint8Array | undefined;
  /**
   * Make two mistakes of the original generator, for images that have to be equal to its own: entries of an earlier namespace
   * that is taken up again go into the one that was begun last, and of a partition of less than three pages only those that are
   * used are in the image. Default false.
   */
  readonly asOriginal?: boolean | undefined;
}

export interface MadeNvs {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly problems: readonly NvsProblem[];
}

export const checkMakeOptions: Check<MakeNvsOptions> = shape<MakeNvsOptions>({
  sizeBytes: wholeNumber(1, LARGEST_BYTES),
  version: optional((value, argument) => wholeNumber(1, 2)(value, argument) as NvsVersion),
  keys: optional(checkKey),
  asOriginal: optional(checkBoolean),
});

/**
 * The image of an NVS partition with these entries. Entries of `type: "namespace"` begin a namespace; others begin theirs where
 * it is not there yet. Repeated keys are all written, and the last one counts.
 * Throws `nvs.bad-size`, `nvs.full`, `nvs.value-too-long`, `argument.invalid`.
 *
 * @example
 * const { image } = makeNvs([{ namespace: "storage", key: "count", type: "u8", value: 42 }], { sizeBytes: 0x6000 });
 */
export function makeNvs(entries: readonly (NvsEntry | NvsNamespaceEntry)[], options: MakeNvsOptions): MadeNvs {
  return placeEntries(listOf(checkMadeEntry)(entries, "entries"), checkMakeOptions(options, "options"));
}

/** The same for checked entries, of which the original's may be without a namespace (""). */
export function placeEntries(
  entries: readonly (NvsEntry | NvsNamespaceEntry)[],
  { sizeBytes, version = 2, keys, asOriginal = false }: MakeNvsOptions,
): MadeNvs {
  requireSize(sizeBytes);
  const pages = sizeBytes / PAGE_BYTES;
  const isWritable = pages >= WRITABLE_PAGES;
  const writer = new PageWriter({ sizeBytes, usablePages: isWritable ? pages - 1 : pages, version });
  const problems: NvsProblem[] = isWritable ? [] : [readOnlySize()];
  const indexes = new Map<string, number>();
  const seen = new Set<string>();
  for (const entry of entries) {
    const isNew = entry.namespace !== "" && !indexes.has(entry.namespace);
    if (isNew) {
      indexes.set(entry.namespace, nextIndex(indexes));
      writer.putSingle(integerItem({ namespaceIndex: 0, key: entry.namespace }, "u8", BigInt(indexes.size)));
    }
    if (entry.type === "namespace") continue;
    const named = indexes.get(entry.namespace) ?? 0;
    const namespaceIndex = asOriginal ? indexes.size : named;
    problems.push(...entryProblems(entry, { named, namespaceIndex, seen }));
    putValue(writer, { namespaceIndex, key: entry.key }, { entry, version });
  }
  const plain = asOriginal && !isWritable ? writer.bytes.slice(0, writer.usedBytes) : writer.bytes;
  const image = keys === undefined ? plain : encryptPages(plain, keys);
  return { image, problems };
}

function putValue(
  writer: PageWriter,
  name: ItemName,
  { entry, version }: { readonly entry: NvsEntry; readonly version: NvsVersion },
): void {
  if (isIntegerType(entry.type)) {
    writer.putSingle(integerItem(name, entry.type, BigInt(entry.value as number | bigint)));
    return;
  }
  const isText = entry.type === "string";
  const content = isText ? concatBytes([toUtf8(entry.value as string), Uint8Array.of(0)]) : (entry.value as Uint8Array);
  if (!isText && version === 2) {
    writer.putBlob(name, content);
    return;
  }
  requireLength(entry, content, version === 1 ? LONGEST_V1_BYTES : LONGEST_ITEM_BYTES);
  writer.putWhole(dataItem(name, isText ? "string" : "blob-v1", content));
}

function entryProblems(
  { namespace, key }: NvsEntry,
  at: { readonly named: number; readonly namespaceIndex: number; readonly seen: Set<string> },
): NvsProblem[] {
  const { named, namespaceIndex, seen } = at;
  const problems: NvsProblem[] = [];
  const about = { offset: null, namespace: namespace === "" ? null : namespace, key };
  if (namespaceIndex === 0)
    problems.push({ code: "nvs.no-namespace", message: `The key '${key}' stands before any namespace.`, ...about });
  if (namespaceIndex !== named) {
    const message = `The key '${key}' goes into the namespace begun last, not into '${namespace}', as the original generator has it.`;
    problems.push({ code: "nvs.reopened-namespace", message, ...about });
  }
  const name = `${namespaceIndex}\0${key}`;
  if (seen.has(name))
    problems.push({
      code: "nvs.repeated-key",
      message: `The key '${key}' is there twice; the last one counts.`,
      ...about,
    });
  seen.add(name);
  return problems;
}

function requireSize(sizeBytes: number): void {
  if (sizeBytes % PAGE_BYTES === 0) return;
  throw new EspError(
    "nvs.bad-size",
    `The size of an NVS partition is a multiple of ${PAGE_BYTES}, and ${sizeBytes} is none.`,
    {
      hint: "Give the size that the partition table has for it.",
      details: { sizeBytes },
    },
  );
}

function requireLength({ namespace, key, type }: NvsEntry, content: Uint8Array, longest: number): void {
  if (content.length <= longest) return;
  const what = type === "string" ? `${longest - 1} bytes of text` : `${longest} bytes`;
  throw new EspError("nvs.value-too-long", `The value of '${key}' is longer than ${what}.`, {
    hint: "Cut it, or store it as a blob of format version 2, which may go over several pages.",
    details: { namespace, key, sizeBytes: content.length },
  });
}

function nextIndex(indexes: ReadonlyMap<string, number>): number {
  if (indexes.size < NAMESPACES) return indexes.size + 1;
  throw new EspError("nvs.full", `There can be no more than ${NAMESPACES} namespaces.`, {
    hint: "Put some keys together into one namespace.",
  });
}

function readOnlySize(): NvsProblem {
  return {
    code: "nvs.read-only-size",
    message: "Firmware can read a partition of fewer than three pages (0x3000), but not write to it.",
    offset: null,
    namespace: null,
    key: null,
  };
}
