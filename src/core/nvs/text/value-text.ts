import { fromBase64 } from "../../bytes/base64.ts";
import { fromHex } from "../../bytes/hex.ts";
import { fromUtf8, toUtf8 } from "../../bytes/text.ts";
import { unshared } from "../../bytes/unshared.ts";
import { writeU32 } from "../../bytes/words.ts";
import { checkText } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import {
  INTEGERS,
  integerValue,
  isIntegerType,
  NVS_TYPES,
  type NvsIntegerType,
  type NvsType,
  type NvsValue,
} from "../nvs-values.ts";
import { inputFault, numberFault, type TextPlace } from "./input-fault.ts";

/** What stands for a value in the original generator's files: its text, or the bytes of a file in place of it. */
export type ValueSource = string | Uint8Array;

const FILL = /^(blob_fill|blob_sz_fill)\(\s*(\d{1,7})\s*;\s*0[xX]([0-9a-fA-F]{1,2})\s*\)$/;
/** As Python's int() takes them, blanks around them apart: a sign, and single underscores between digits. */
const DECIMAL = /^[+-]?\d[\d_]*$/;
/** More than any type has; zeros in front do not count. */
const MOST_DIGITS = 40;
/** What a blob can have at the most: 127 chunks of 4,000 bytes. */
const LONGEST_FILL = 127 * 4000;

export const NVS_ENCODINGS: readonly string[] = [
  ...Object.keys(INTEGERS),
  "string",
  "hex2bin",
  "base64",
  "binary",
  "blob_fill(LEN;0xNN)",
  "blob_sz_fill(LEN;0xNN)",
];

/** The value that the text means in this encoding (fact sheet 4.5). Throws `nvs.invalid-input`, `nvs.invalid-number`. */
export function readValue(encoding: string, source: ValueSource, place: TextPlace): NvsValue {
  const name = encoding.trim().toLowerCase();
  if (isIntegerType(name)) return readInteger(name, textOf(source), place);
  if (name === "string") return { type: "string", value: readString(textOf(source), place) };
  return { type: "blob", value: readBlob(name, source, place) };
}

function textOf(source: ValueSource): string {
  return typeof source === "string" ? source : fromUtf8(source);
}

export function readInteger(type: NvsIntegerType, text: string, place: TextPlace): NvsValue {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed) || trimmed.includes("__") || trimmed.endsWith("_"))
    throw numberFault(`The value is no decimal number, as ${type} needs one.`, "not-an-integer", place);
  const digits = trimmed.replaceAll("_", "").replace(/^[+-]?0*/, "");
  const magnitude = digits.length > MOST_DIGITS ? null : BigInt(`0${digits}`);
  const value = magnitude === null ? null : trimmed.startsWith("-") ? -magnitude : magnitude;
  const { lowest, highest } = INTEGERS[type];
  if (value === null || value < lowest || value > highest)
    throw numberFault(
      `The value is not in the range of ${type}: ${lowest} to ${highest}.`,
      "integer-out-of-range",
      place,
    );
  return integerValue(type, value);
}

function readString(text: string, place: TextPlace): string {
  if (!text.includes("\0")) return text;
  throw inputFault("bad-form", "The string has a NUL in it, which would end it.", place, "Store it as a blob.");
}

function readBlob(encoding: string, source: ValueSource, place: TextPlace): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case "binary":
      return typeof source === "string" ? toUtf8(source) : unshared(source);
    case "hex2bin":
      return readHex(textOf(source).trim(), place);
    case "base64":
      return readBase64(textOf(source), place);
    default:
      return fill(encoding, source, place);
  }
}

export function readHex(digits: string, place: TextPlace): Uint8Array<ArrayBuffer> {
  if (digits.length % 2 !== 0)
    throw inputFault("odd-hex", "The number of hexadecimal digits is odd.", place, "Two digits make a byte.");
  const bytes = fromHex(digits);
  if (bytes === null)
    throw inputFault(
      "bad-hex",
      "The value has other characters than hexadecimal digits.",
      place,
      "Use 0 to 9 and a to f.",
    );
  return bytes;
}

export function readBase64(text: string, place: TextPlace): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(text.replace(/\s+/g, ""));
  } catch {
    throw inputFault("bad-base64", "The value is no base64.", place, "Check that nothing of it is missing.");
  }
}

function fill(encoding: string, source: ValueSource, place: TextPlace): Uint8Array<ArrayBuffer> {
  const [, kind, lengthText, byteText] = FILL.exec(encoding) ?? [];
  if (kind === undefined)
    throw inputFault(
      "unsupported-encoding",
      "The encoding is none that there is.",
      place,
      `Use ${NVS_ENCODINGS.join(", ")}.`,
    );
  const length = Number(lengthText);
  const content = typeof source === "string" ? toUtf8(source) : unshared(source);
  if (content.length > length || length > LONGEST_FILL)
    throw inputFault(
      "bad-fill",
      `The value does not fit into the ${length} bytes that are to be filled.`,
      place,
      "Give a larger length.",
    );
  const head = kind === "blob_sz_fill" ? 4 : 0;
  const bytes = new Uint8Array(head + length).fill(Number.parseInt(byteText ?? "0", 16));
  if (head > 0) writeU32(bytes, 0, content.length);
  bytes.set(content, head);
  return bytes;
}

/**
 * A value given as text: decimal digits for numbers, the text itself for a string, and for a blob hexadecimal digits.
 * Throws `nvs.invalid-input`, `nvs.invalid-number`, `argument.invalid`.
 */
export function readNvsValue(type: NvsType, text: string): NvsValue {
  const wanted = oneOf(NVS_TYPES)(type, "type");
  const given = checkText(text, "text");
  const place: TextPlace = { line: null, column: null };
  return readValue(wanted === "blob" ? "hex2bin" : wanted, given, place);
}
