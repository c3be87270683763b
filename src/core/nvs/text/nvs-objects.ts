import { toHex } from "../../bytes/hex.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkFunction, listOf } from "../../check/values.ts";
import { checkEntry, isNvsName } from "../make/check-entries.ts";
import { isIntegerType, NVS_TYPES, type NvsEntry, type NvsNamespaceEntry, type NvsValue } from "../nvs-values.ts";
import { LONGEST_NAME_BYTES } from "../page/entry-layout.ts";
import { inputFault, type TextPlace } from "./input-fault.ts";
import type { ReadNvsFile } from "./read-nvs-csv.ts";
import { readBase64, readHex, readInteger } from "./value-text.ts";

export interface ReadNvsObjectOptions {
  /** For entries with `file`, which are refused without it. */
  readonly readFile?: ReadNvsFile | undefined;
}

const checkOptions: Check<ReadNvsObjectOptions> = shape<ReadNvsObjectOptions>({
  readFile: optional<ReadNvsFile>(checkFunction),
});

/** An entry as JSON and YAML have it: a number or its digits, a text, hexadecimal digits; or base64, or a file. */
export interface NvsObjectEntry {
  readonly type: string;
  readonly value?: string | number | undefined;
  /** Of a blob's value; hexadecimal digits where it is absent. */
  readonly encoding?: "hex" | "base64" | undefined;
  readonly file?: string | undefined;
}

/** Namespaces, their keys, and for each key its entry. */
export type NvsObject = Readonly<Record<string, Readonly<Record<string, NvsObjectEntry>>>>;

/**
 * The entries of parsed JSON or YAML: `{ storage: { count: { type: "u8", value: 42 } } }`. Blobs have `encoding` (`hex` or
 * `base64`), and a `file` may stand in place of a value. Throws `nvs.invalid-input`, `nvs.invalid-number`.
 *
 * @example
 * const entries = await readNvsObject(JSON.parse(text));
 */
export async function readNvsObject(
  data: unknown,
  options: ReadNvsObjectOptions = {},
): Promise<(NvsEntry | NvsNamespaceEntry)[]> {
  const { readFile } = checkOptions(options, "options");
  const entries: (NvsEntry | NvsNamespaceEntry)[] = [];
  for (const [namespace, keys] of partsOf(data, "The file")) {
    requireName(namespace, "namespace");
    entries.push({ type: "namespace", namespace });
    for (const [key, entry] of partsOf(keys, `'${namespace}'`)) {
      requireName(key, "key");
      const place: TextPlace = { line: null, column: null, namespace, key };
      entries.push({
        namespace,
        key,
        ...(await entryValue(Object.fromEntries(partsOf(entry, `'${key}'`)), { place, readFile })),
      });
    }
  }
  return entries;
}

/** The same form of entries, for `JSON.stringify`. Numbers beyond 2^53 are texts. */
export function nvsObject(entries: readonly NvsEntry[]): NvsObject {
  const checked = listOf(checkEntry)(entries, "entries");
  const namespaces = new Map<string, Map<string, NvsObjectEntry>>();
  for (const entry of checked) {
    const keys = namespaces.get(entry.namespace) ?? new Map<string, NvsObjectEntry>();
    namespaces.set(entry.namespace, keys.set(entry.key, shownEntry(entry)));
  }
  return Object.fromEntries([...namespaces].map(([name, keys]) => [name, Object.fromEntries(keys)]));
}

function shownEntry(entry: NvsEntry): NvsObjectEntry {
  const { type } = entry;
  if (type === "blob") return { type, encoding: "hex", value: toHex(entry.value) };
  if (type === "u64" || type === "i64") {
    const isSafe = Number.isSafeInteger(Number(entry.value));
    return { type, value: isSafe ? Number(entry.value) : String(entry.value) };
  }
  return { type, value: entry.value as string | number };
}

function partsOf(value: unknown, what: string): [string, unknown][] {
  try {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch {
    // What cannot be looked at is none.
  }
  throw badForm(`${what} is no table of names.`, { line: null, column: null });
}

function badForm(message: string, place: TextPlace): Error {
  const hint = 'The form is { "namespace": { "key": { "type": "u8", "value": 42 } } }.';
  return inputFault("bad-form", message, place, hint);
}

function requireName(name: string, what: string): void {
  if (isNvsName(name)) return;
  const place: TextPlace = { line: null, column: null };
  if (name === "") throw inputFault("key-missing", `A ${what} is empty.`, place, "Give it a name.");
  throw inputFault(
    "key-too-long",
    `The ${what} '${name.slice(0, 40)}' has more than ${LONGEST_NAME_BYTES} bytes.`,
    place,
    "Shorten it.",
  );
}

async function entryValue(
  entry: Readonly<Record<string, unknown>>,
  { place, readFile }: { readonly place: TextPlace; readonly readFile: ReadNvsFile | undefined },
): Promise<NvsValue> {
  const { type, file } = entry;
  const wanted = NVS_TYPES.find((known) => known === type);
  if (wanted === undefined)
    throw inputFault(
      "unknown-type",
      `The type of '${place.key}' is none that there is.`,
      place,
      `Use ${NVS_TYPES.join(", ")}.`,
    );
  if (file !== undefined) {
    if (typeof file !== "string" || readFile === undefined)
      throw inputFault("no-files", `The file of '${place.key}' cannot be read here.`, place, "Give the value itself.");
    const bytes = checkBytes(await readFile(file), "readFile()");
    if (wanted === "blob") return { type: wanted, value: bytes };
    return textValue(wanted, fromUtf8(bytes), place);
  }
  const { value, encoding = "hex" } = entry;
  if (wanted !== "blob") return textValue(wanted, value, place);
  if (typeof value !== "string" || (encoding !== "hex" && encoding !== "base64"))
    throw badForm(`'${place.key}' needs a text as its value, and as encoding hex or base64.`, place);
  return { type: wanted, value: encoding === "hex" ? readHex(value.trim(), place) : readBase64(value, place) };
}

function textValue(type: Exclude<NvsValue["type"], "blob">, value: unknown, place: TextPlace): NvsValue {
  if (isIntegerType(type)) {
    const isNumber = (typeof value === "number" && Number.isSafeInteger(value)) || typeof value === "bigint";
    if (isNumber || typeof value === "string") return readInteger(type, String(value), place);
    throw badForm(`'${place.key}' needs a whole number as its value, or its digits in quotes.`, place);
  }
  if (typeof value !== "string" || value.includes("\0"))
    throw badForm(`'${place.key}' needs a text as its value, without NUL; quote what looks like a number.`, place);
  return { type: "string", value };
}
