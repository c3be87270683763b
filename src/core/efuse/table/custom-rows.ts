import { EspError } from "../../errors.ts";
import { parseInteger } from "./parse-integer.ts";

/** The lines of an ESP-IDF eFuse table: `field_name, efuse_block, bit_start, bit_count, comment` (fact sheet efuse-secure A16). */

export type VariableLookup = (name: string) => string | undefined;

/** One entry, with its cells checked one by one. */
export interface CustomRow {
  /** From 1. */
  readonly line: number;
  /** As in the file, with its dots. */
  readonly name: string;
  /** The how-manieth part of a field of several entries, from 0; null: it has one. */
  readonly part: number | null;
  readonly aliases: readonly string[];
  readonly blockText: string;
  /** Null: where the entry before in the same block ends. */
  readonly start: number | null;
  /** In bits. */
  readonly count: number | "whole-block";
  readonly comment: string;
}

export interface TextPlace {
  readonly file: string;
  readonly line: number;
}

const LONGEST_QUOTE = 40;
/** More bits than any block has. */
const LARGEST_NUMBER = 0xffffn;
const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;
const VARIABLE = /\$(?:\{([^${}]*)\}|(\w+))/g;

/** What a file gave, short enough for a message. */
export function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text;
}

export function tableError(
  { file, line }: TextPlace,
  what: string,
  { hint, ...details }: { readonly hint: string } & Readonly<Record<string, unknown>>,
): EspError {
  return new EspError("efuse.custom-table", `Line ${line} of ${file}: ${what}.`, {
    hint,
    details: { file, line, ...details },
  });
}

/** Throws `efuse.custom-table`. */
export function readCustomRows(text: string, file: string, variables?: VariableLookup): CustomRow[] {
  const rows: CustomRow[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  lines.forEach((source, index) => {
    const at: TextPlace = { file, line: index + 1 };
    const trimmed = source.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const row = readRow(expand(trimmed, at, variables), at);
    if (row.name !== "") rows.push(row);
    else continueField(rows, row, at);
  });
  return rows;
}

/** An entry without a name is one more part of the field before it. */
function continueField(rows: CustomRow[], row: CustomRow, at: TextPlace): void {
  const before = rows.at(-1);
  if (before === undefined) {
    throw tableError(at, "the first entry has no name", {
      hint: "Only an entry after another may leave its name out.",
    });
  }
  const part = before.part ?? 0;
  if (before.part === null) rows[rows.length - 1] = { ...before, part };
  rows.push({ ...row, name: before.name, part: part + 1 });
}

/** Unknown variables stay in a comment and are an error before it. */
function expand(line: string, at: TextPlace, variables: VariableLookup | undefined): string {
  if (!line.includes("$")) return line;
  const expanded = line.replaceAll(VARIABLE, (whole, braced: string | undefined, plain: string | undefined) => {
    return variables?.(braced ?? plain ?? "") ?? whole;
  });
  const unknown = expanded.split(",").slice(0, 4).join(",").match(VARIABLE)?.[0];
  if (unknown !== undefined) {
    throw tableError(at, `the variable ${shorten(unknown)} is not known`, { hint: "Set it, or write its value." });
  }
  return expanded;
}

function readRow(line: string, at: TextPlace): CustomRow {
  const [name = "", blockText = "", startText = "", countText = "", ...rest] = line
    .split(",")
    .map((cell) => cell.trim());
  if (name !== "") checkName(name, at);
  const { aliases, comment } = readComment(rest.join(", "), at);
  const start = startText === "" ? null : readNumber(startText, "the first bit", at);
  const count = countText === "MAX_BLK_LEN" ? "whole-block" : readNumber(countText, "the number of bits", at);
  if (count === 0) {
    throw tableError(at, "a field of 0 bits cannot be", { hint: "Give 1 or more bits, or MAX_BLK_LEN.", field: name });
  }
  return { line: at.line, name, part: null, aliases, blockText, start, count, comment };
}

/** `[NAME1 NAME2]` in front of a comment are other names of the field. */
function readComment(cell: string, at: TextPlace): { aliases: readonly string[]; comment: string } {
  const text = cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).trim() : cell;
  const end = text.indexOf("]");
  if (!text.startsWith("[") || end < 0) return { aliases: [], comment: text };
  const aliases = text.slice(1, end).split(" ").filter(Boolean);
  for (const alias of aliases) checkName(alias, at);
  return { aliases: aliases.map((alias) => alias.replaceAll(".", "_")), comment: text.slice(end + 1).trim() };
}

function checkName(name: string, at: TextPlace): void {
  if (NAME.test(name)) return;
  throw tableError(at, `"${shorten(name)}" is no name of a field`, {
    hint: "A name has letters, digits, _ and . and begins with a letter or _.",
  });
}

function readNumber(text: string, what: string, at: TextPlace): number {
  const value = parseInteger(text);
  if (value !== null && value <= LARGEST_NUMBER) return Number(value);
  const given = text === "" ? `${what} is missing` : `${what} is "${shorten(text)}"`;
  throw tableError(at, given, { hint: "Give a whole number: decimal, 0x, 0o or 0b." });
}
