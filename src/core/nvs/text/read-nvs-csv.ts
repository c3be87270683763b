// Shelf: entries as text: the original generator's CSV, and plain objects as JSON and YAML have them; both ways.
// In: text or parsed data, and a function for the files that they name.
// Out: entries for `makeNvs` and `editNvs`, or text.

import { fromUtf8 } from "../../bytes/text.ts";
import { checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, checkFunction, checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { isNvsName } from "../make/check-entries.ts";
import { checkMakeOptions, type MadeNvs, type MakeNvsOptions, placeEntries } from "../make/make-nvs.ts";
import type { NvsEntry, NvsNamespaceEntry } from "../nvs-values.ts";
import { LONGEST_NAME_BYTES } from "../page/entry-layout.ts";
import { type CsvField, readCsv } from "./csv.ts";
import { inputFault, type TextPlace, withPlace } from "./input-fault.ts";
import { readValue } from "./value-text.ts";
import { WifiEntries } from "./wifi-entries.ts";

/** The contents of a file that the input names, by the name that stands there. */
export type ReadNvsFile = (path: string) => Promise<Uint8Array>;

export interface ReadNvsCsvOptions {
  /** For rows of type `file`, which are refused without it. */
  readonly readFile?: ReadNvsFile | undefined;
  /** Add what the original generator adds to keys of the Wi-Fi driver. Default true. */
  readonly wifiEntries?: boolean | undefined;
}

const checkOptions: Check<ReadNvsCsvOptions> = shape<ReadNvsCsvOptions>({
  readFile: optional<ReadNvsFile>(checkFunction),
  wifiEntries: optional(checkBoolean),
});

interface Row {
  readonly fields: ReadonlyMap<string, CsvField>;
  readonly place: TextPlace;
}

const COLUMNS = ["key", "type", "encoding", "value"] as const;

/**
 * The entries of files for the original generator: a line `key,type,encoding,value`, and rows below it. A key before any
 * namespace has the namespace "". Errors name line and column.
 * Throws `nvs.invalid-input`, `nvs.invalid-number`, `nvs.short-row`, and what `readFile` rejects with.
 *
 * @example
 * const entries = await readNvsCsv(["key,type,encoding,value\nstorage,namespace,,\ncount,data,u8,42\n"]);
 */
export async function readNvsCsv(
  files: readonly string[],
  options: ReadNvsCsvOptions = {},
): Promise<(NvsEntry | NvsNamespaceEntry)[]> {
  const texts = listOf(checkText)(files, "files");
  const { readFile, wifiEntries = true } = checkOptions(options, "options");
  const wifi = wifiEntries ? new WifiEntries() : null;
  const entries: (NvsEntry | NvsNamespaceEntry)[] = [];
  let namespace = "";
  for (const row of texts.flatMap(rowsOf)) {
    const key = keyOf(row);
    const type = fieldOf(row, "type").text.trim();
    if (type === "namespace") {
      namespace = key;
      entries.push({ type, namespace });
      continue;
    }
    if (type !== "data" && type !== "file")
      throw inputFault(
        "unknown-type",
        "The type is none that there is.",
        placeOf(row, "type"),
        "Use namespace, data or file.",
      );
    const encoding = fieldOf(row, "encoding").text;
    const text = fieldOf(row, "value").text;
    const place: TextPlace = { ...placeOf(row, "value"), key };
    const source = type === "data" ? text : await fileOf(text, readFile, place);
    entries.push(...(wifi?.before(namespace, key, typeof source === "string" ? source : fromUtf8(source)) ?? []));
    entries.push({ namespace, key, ...readValue(encoding, source, encodingPlace(row, encoding, place)) });
    entries.push(...(wifi?.after(namespace, key) ?? []));
  }
  return entries;
}

/**
 * The image that the original generator makes of its CSV, byte for byte, mistakes included where \`asOriginal\` is not false. For what it throws see `readNvsCsv` and `makeNvs`.
 */
export async function makeNvsFromCsv(
  files: readonly string[],
  options: MakeNvsOptions & ReadNvsCsvOptions,
): Promise<MadeNvs> {
  const { asOriginal = true, ...making } = checkMakeOptions(options, "options");
  return placeEntries(await readNvsCsv(files, options), { ...making, asOriginal });
}

function rowsOf(text: string): Row[] {
  const { rows, fault } = readCsv(text);
  if (fault !== null)
    throw inputFault(
      "bad-csv",
      fault.message,
      fault,
      "Fields with quotes in them are quoted, and their quotes doubled.",
    );
  const [head, ...rest] = rows;
  if (head === undefined)
    throw inputFault(
      "bad-header",
      "There is nothing in it.",
      { line: 1, column: 1 },
      `The first line is '${COLUMNS.join(",")}'.`,
    );
  const names = head.map((field) => field.text.trim());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined)
    throw inputFault(
      "bad-header",
      `The first line names no column '${missing}'.`,
      head[0] ?? { line: 1, column: 1 },
      `It should be '${COLUMNS.join(",")}'.`,
    );
  return rest.map((fields) => ({
    fields: new Map(fields.flatMap((field, index) => (names[index] === undefined ? [] : [[names[index], field]]))),
    place: { line: fields[0]?.line ?? null, column: fields[0]?.column ?? null },
  }));
}

function fieldOf({ fields, place }: Row, column: (typeof COLUMNS)[number]): CsvField {
  const field = fields.get(column);
  if (field !== undefined) return field;
  throw new EspError("nvs.short-row", withPlace(`The row has no field for '${column}'.`, place), {
    hint: "A row has four fields: key, type, encoding and value.",
    details: { ...place },
  });
}

function placeOf(row: Row, column: (typeof COLUMNS)[number]): TextPlace {
  const { line, column: at } = fieldOf(row, column);
  return { line, column: at };
}

function encodingPlace(row: Row, encoding: string, place: TextPlace): TextPlace {
  const name = encoding.trim().toLowerCase();
  const isKnown = /^([ui](8|16|32|64)|string|binary|hex2bin|base64|blob_(sz_)?fill\()/.test(name);
  return isKnown ? place : { ...place, ...placeOf(row, "encoding") };
}

function keyOf(row: Row): string {
  const field = fieldOf(row, "key");
  if (isNvsName(field.text)) return field.text;
  const { line, column } = field;
  if (field.text === "")
    throw inputFault("key-missing", "The row has no key.", { line, column }, "Give each row a key, or remove it.");
  throw inputFault(
    "key-too-long",
    `A key may have ${LONGEST_NAME_BYTES} bytes at most.`,
    { line, column },
    "Shorten it.",
  );
}

async function fileOf(path: string, readFile: ReadNvsFile | undefined, place: TextPlace): Promise<Uint8Array> {
  if (readFile === undefined)
    throw inputFault(
      "no-files",
      "The row names a file, and files cannot be read here.",
      place,
      "Give 'readFile', or the value itself.",
    );
  return checkBytes(await readFile(path), "readFile()");
}
