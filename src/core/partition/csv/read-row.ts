import {
  APP,
  BOOTLOADER,
  DATA_UNDEFINED,
  type Keywords,
  PARTITION_TABLE,
  PRIMARY,
  RECOVERY,
  type Subtypes,
  TYPES,
} from "../table/keywords.ts";
import { PARTITION_TABLE_ADDRESS, SECTOR_BYTES } from "../table/partition.ts";
import {
  FIELDS,
  type FieldName,
  type PartitionProblem,
  type PartitionProblemKind,
  problemAtLine,
} from "../table/problem.ts";
import { readCsvNumber } from "./csv-number.ts";
import type { PartitionCsvOptions } from "./csv-options.ts";

/** A line before partitions without an address are placed. */
export interface CsvRow {
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  /** Null: behind what is before. */
  readonly address: number | null;
  /** Negative: it ends at that address. */
  readonly size: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
  readonly line: number;
  /** Where each field begins. */
  readonly columns: readonly number[];
}

export interface RowContext {
  readonly line: number;
  readonly subtypes: Subtypes;
  readonly options: PartitionCsvOptions;
  /** Filled. */
  readonly problems: PartitionProblem[];
}

/** A field of a line, and where to say what is wrong with it. */
interface Line {
  text(field: FieldName): string;
  wrong(field: FieldName, kind: PartitionProblemKind, message: string): null;
}

const HIGHEST_WORD = 0xffff_ffff;

/** Null: nothing for the table, or nothing that can be understood; then there is a problem more. */
export function readRow(raw: string, context: RowContext): CsvRow | null {
  const expanded = expandVariables(raw, context.options.variables ?? {});
  const text = expanded.trim();
  if (text === "" || text.startsWith("#")) return null;
  const { fields, columns } = cutFields(expanded);
  const line: Line = {
    text: (field) => fields[FIELDS.indexOf(field)] ?? "",
    wrong: (field, kind, message) => {
      const column = columns[FIELDS.indexOf(field)] ?? expanded.trimEnd().length + 1;
      context.problems.push(problemAtLine(kind, message, { line: context.line, column }));
      return null;
    },
  };
  const unset = VARIABLE.exec(text);
  if (unset?.index === 0) return line.wrong("name", "unset-variable", `The variable ${unset[0]} is not set.`);
  const type = readType(line);
  if (type === null) return null;
  const subtype = readSubtype(line, type, context.subtypes.get(type));
  const address = readAddress(line, { type, subtype: subtype ?? -1 }, context.options);
  const size = readSize(line, type, context.options);
  const flags = readFlags(line);
  if (subtype === null || address === undefined || size === null || flags === null) return null;
  return { name: line.text("name"), type, subtype, address, size, ...flags, line: context.line, columns };
}

/** A name in braces is as long as names are: looking for a brace that never comes takes no longer. */
const VARIABLE = /\$(?:(\w+)|\{([^}]{0,255})\})/;

function expandVariables(line: string, variables: Readonly<Record<string, string | undefined>>): string {
  return line.replace(new RegExp(VARIABLE, "gu"), (whole: string, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? "";
    const value: unknown = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return typeof value === "string" ? value : whole;
  });
}

function cutFields(line: string): { readonly fields: readonly string[]; readonly columns: readonly number[] } {
  const fields: string[] = [];
  const columns: number[] = [];
  let at = 0;
  for (const part of line.split(",")) {
    const blanks = part.length - part.trimStart().length;
    fields.push(part.trim());
    columns.push(at + (blanks === part.length ? 0 : blanks) + 1);
    at += part.length + 1;
  }
  return { fields, columns };
}

function readType(line: Line): number | null {
  const text = line.text("type");
  if (text === "") return line.wrong("type", "empty-type", "The type is missing: app, data or a number.");
  return readNumber(line, "type", { keywords: TYPES, most: 0xff });
}

function readSubtype(line: Line, type: number, keywords: Keywords | undefined): number | null {
  if (line.text("subtype") !== "") return readNumber(line, "subtype", { keywords, most: 0xff });
  if (type !== APP) return DATA_UNDEFINED;
  return line.wrong(
    "subtype",
    "empty-app-subtype",
    "An application needs a subtype: factory, ota_0 to ota_15 or test.",
  );
}

interface Kind {
  readonly type: number;
  readonly subtype: number;
}

/** Undefined: it is wrong. */
function readAddress(line: Line, { type, subtype }: Kind, options: PartitionCsvOptions): number | null | undefined {
  if (type === BOOTLOADER && subtype === PRIMARY) {
    return options.primaryBootloaderAddress ?? needsPrimary(line) ?? undefined;
  }
  if (type === BOOTLOADER && subtype === RECOVERY) {
    const message = "A recovery bootloader is listed, and where it stands is not said (recoveryBootloaderAddress).";
    return options.recoveryBootloaderAddress ?? line.wrong("offset", "needs-recovery-offset", message) ?? undefined;
  }
  if (type === PARTITION_TABLE && subtype === PRIMARY) return options.tableAddress ?? PARTITION_TABLE_ADDRESS;
  if (line.text("offset") === "") return null;
  return readNumber(line, "offset", { most: HIGHEST_WORD }) ?? undefined;
}

function needsPrimary(line: Line): null {
  const message = "A bootloader is listed, and where the primary one stands is not said (primaryBootloaderAddress).";
  return line.wrong("offset", "needs-primary-offset", message);
}

/** The sizes of bootloaders and tables follow from where they stand. */
function readSize(line: Line, type: number, options: PartitionCsvOptions): number | null {
  if (type === PARTITION_TABLE) return SECTOR_BYTES;
  if (type === BOOTLOADER) {
    const { primaryBootloaderAddress: start, tableAddress = PARTITION_TABLE_ADDRESS } = options;
    return start === undefined ? needsPrimary(line) : Math.max(0, tableAddress - start);
  }
  if (line.text("size") === "") return line.wrong("size", "empty-size", "The size is missing.");
  return readNumber(line, "size", { least: -HIGHEST_WORD, most: HIGHEST_WORD });
}

interface NumberRange {
  readonly keywords?: Keywords | undefined;
  readonly least?: number | undefined;
  readonly most: number;
}

function readNumber(line: Line, field: FieldName, { keywords, least = 0, most }: NumberRange): number | null {
  const text = line.text(field);
  const value = readCsvNumber(text, keywords);
  if (value === null) {
    if (keywords === undefined) return line.wrong(field, "bad-number", `The ${field} '${text}' is no number.`);
    const known = [...keywords.keys()].join(", ");
    return line.wrong(field, "unknown-keyword", `There is no ${field} '${text}'; known are ${known} and numbers.`);
  }
  if (value >= least && value <= most) return value;
  return line.wrong(field, "out-of-range", `The ${field} '${text}' is not from 0 to 0x${most.toString(16)}.`);
}

function readFlags(line: Line): Pick<CsvRow, "encrypted" | "readonly"> | null {
  // Blanks belong to a flag, as for the original tool.
  const flags = line
    .text("flags")
    .split(":")
    .filter((flag) => flag !== "");
  const unknown = flags.find((flag) => flag !== "encrypted" && flag !== "readonly");
  if (unknown !== undefined) {
    const message = `There is no flag '${unknown}'; known are encrypted and readonly, with a colon between them.`;
    return line.wrong("flags", "unknown-flag", message);
  }
  return { encrypted: flags.includes("encrypted"), readonly: flags.includes("readonly") };
}
