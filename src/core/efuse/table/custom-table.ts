import { fromUtf8 } from "../../bytes/text.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, either, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkFunction, checkText } from "../../check/values.ts";
import type { Notice } from "../../events.ts";
import { checkTable } from "./check-efuses.ts";
import {
  type CustomRow,
  readCustomRows,
  shorten,
  type TextPlace,
  tableError,
  type VariableLookup,
} from "./custom-rows.ts";
import { parseInteger } from "./parse-integer.ts";
import type { EfuseBlock, EfuseField, EfuseTable } from "./types.ts";

/** Own fields of a project in an ESP-IDF eFuse table (CSV) become fields of the category `User` (fact sheet efuse-secure A16). */

export interface CustomTableOptions {
  /** How the file is named in errors. */
  readonly fileName?: string | undefined;
  /** Values of `$NAME` and `${NAME}`; absent: there are none. */
  readonly variables?: VariableLookup | undefined;
}

export interface CustomField {
  readonly field: EfuseField;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

export interface ExtendedTable {
  /** The table with the fields at its end. */
  readonly table: EfuseTable;
  readonly fields: readonly CustomField[];
  /** What is allowed but worth a look: fields over bits that the chip has a name for. */
  readonly remarks: readonly Notice[];
}

/** A row whose block, first bit and length are known. */
interface PlacedRow extends CustomRow {
  readonly block: EfuseBlock;
  readonly bit: number;
  readonly width: number;
}

const checkContents: Check<string | Uint8Array> = either(checkText, checkBytes, "the text of a table, or its bytes");
const checkCustomOptions: Check<CustomTableOptions> = shape<CustomTableOptions>({
  fileName: optional(checkText),
  variables: optional(checkFunction),
});

/**
 * Adds the fields of a CSV file to a table. The file is data: nothing in it is run.
 * Throws `efuse.custom-table` with the line (`details.line`, from 1) and what is allowed there.
 *
 * @example
 * const { table } = extendEfuseTable(await loadEfuseTable("esp32c3", null), "DEVICE_ROLE, EFUSE_BLK3, 64, 3, Role");
 */
export function extendEfuseTable(
  table: EfuseTable,
  contents: string | ByteSource,
  options: CustomTableOptions = {},
): ExtendedTable {
  checkTable(table, "table");
  const given = checkContents(contents, "contents");
  const wanted = checkCustomOptions(options, "options");
  const text = typeof given === "string" ? given : fromUtf8(given);
  const file = wanted.fileName ?? "the eFuse table";
  const rows = place(readCustomRows(text, file, wanted.variables), table, file);
  rejectOverlaps(rows, file);
  const fields = nameFields(rows, table, file);
  return {
    table: { ...table, fields: [...table.fields, ...fields.map(({ field }) => field)] },
    fields,
    remarks: fields.flatMap(({ field, line }) => remarkOn(field, line, table)),
  };
}

function place(rows: readonly CustomRow[], table: EfuseTable, file: string): PlacedRow[] {
  /** By block: where the entry before ends; an entry without a start follows there. */
  const ends = new Map<number, number>();
  return rows.map((row) => {
    const at: TextPlace = { file, line: row.line };
    const block = findBlock(row.blockText, table, at);
    const blockBits = 32 * block.words;
    const bit = row.start ?? ends.get(block.id) ?? 0;
    const width = row.count === "whole-block" ? blockBits : row.count;
    if (bit + width > blockBits) {
      throw tableError(at, `bits ${bit} to ${bit + width - 1} are not all in ${block.name}`, {
        hint: `${block.name} has the bits 0 to ${blockBits - 1}.`,
      });
    }
    ends.set(block.id, bit + width);
    return { ...row, block, bit, width };
  });
}

/** `EFUSE_BLK3`, `BLK3`, `3` (any base), or the name of a block. */
function findBlock(text: string, table: EfuseTable, at: TextPlace): EfuseBlock {
  const number = parseInteger(text.replace(/^[EFUS_BLK]*/, ""));
  const found =
    number === null
      ? table.blocks.find(({ name, aliases }) => name === text || aliases.includes(text))
      : table.blocks.find(({ id }) => BigInt(id) === number);
  if (found === undefined) {
    throw tableError(at, `${text === "" ? "no block is named" : `there is no block "${shorten(text)}"`}`, {
      hint: `Give EFUSE_BLK0 to EFUSE_BLK${table.blocks.length - 1}.`,
    });
  }
  return found;
}

/** A field may only lie over another as a part of it: `PARENT.CHILD` inside `PARENT`. */
function rejectOverlaps(rows: readonly PlacedRow[], file: string): void {
  const sorted = [...rows].sort(
    (left, right) =>
      left.block.id - right.block.id ||
      left.bit - right.bit ||
      right.width - left.width ||
      left.name.length - right.name.length,
  );
  /** Fields that the present one lies in, the innermost last. */
  let around: PlacedRow[] = [];
  for (const row of sorted) {
    around = around.filter(({ block, bit, width }) => block === row.block && bit + width > row.bit);
    const other = around.at(-1);
    if (other !== undefined && !isPartOf(row, other)) {
      const [first, second] = row.line < other.line ? [row, other] : [other, row];
      throw tableError(
        { file, line: second.line },
        `${rangeOf(second)} overlaps ${rangeOf(first)} of line ${first.line}`,
        {
          hint: `Fields may not share bits, unless one is a part of the other by its name: ${first.name}.PART.`,
          field: second.name,
          otherLine: first.line,
        },
      );
    }
    around.push(row);
  }
}

function isPartOf(row: PlacedRow, other: PlacedRow): boolean {
  return row.name.startsWith(`${other.name}.`) && row.bit + row.width <= other.bit + other.width;
}

function rangeOf({ name, bit, width }: PlacedRow): string {
  return `"${shorten(name)}" (bits ${bit} to ${bit + width - 1})`;
}

function nameFields(rows: readonly PlacedRow[], table: EfuseTable, file: string): CustomField[] {
  /** What has the name: a line of the file, or null: the chip. */
  const taken = new Map<string, number | null>();
  for (const { name, aliases } of table.fields) for (const each of [name, ...aliases]) taken.set(each, null);
  return rows.map((row) => {
    const suffix = row.part === null ? "" : `_${row.part}`;
    const name = row.name.replaceAll(".", "_") + suffix;
    const aliases = row.aliases.map((alias) => alias + suffix);
    for (const each of [name, ...aliases]) {
      const before = taken.get(each);
      if (before !== undefined) {
        const owner = before === null ? `is a name of the chip's own fields` : `is already there in line ${before}`;
        throw tableError({ file, line: row.line }, `"${shorten(each)}" ${owner}`, {
          hint: "Every name and alternative name may be there once; a line without a name continues the field before it.",
          field: each,
        });
      }
      taken.set(each, row.line);
    }
    return { field: fieldOf(row, name, aliases, table), line: row.line };
  });
}

function fieldOf(row: PlacedRow, name: string, aliases: readonly string[], table: EfuseTable): EfuseField {
  const { block, bit, width } = row;
  return {
    name,
    aliases,
    description: `${row.comment} (${bit}-${bit + width - 1})`.trimStart(),
    category: "User",
    fieldClass: "plain",
    type: width === 1 ? "bool" : width > 32 && width % 8 === 0 ? "bytes" : "uint",
    block: block.id,
    bit,
    width,
    ...protectionOf(row, table),
    labels: new Map(),
    parts: [],
    presence: "always",
  };
}

/** The bits that lock and hide the smallest field around; else those of the block. */
function protectionOf(
  { block, bit, width }: PlacedRow,
  table: EfuseTable,
): Pick<EfuseField, "writeDisableBit" | "readDisableBits"> {
  let smallest: EfuseField | undefined;
  for (const field of table.fields) {
    if (field.block !== block.id || field.bit === null) continue;
    if (field.bit > bit || field.bit + field.width < bit + width) continue;
    if (smallest === undefined || field.width < smallest.width) smallest = field;
  }
  const { writeDisableBit, readDisableBits } = smallest ?? block;
  return { writeDisableBit, readDisableBits };
}

function remarkOn(field: EfuseField, line: number, table: EfuseTable): Notice[] {
  const from = field.bit ?? 0;
  const blockBits = 32 * (table.blocks[field.block]?.words ?? 0);
  const shared = table.fields.filter(
    ({ block, bit, width, fieldClass }) =>
      block === field.block &&
      bit !== null &&
      // A name for the whole block says nothing of what its bits are for.
      fieldClass !== "key-block" &&
      width < Math.min(blockBits, 192) &&
      bit < from + field.width &&
      bit + width > from,
  );
  if (shared.length === 0) return [];
  const names = shared.map(({ name }) => name);
  return [
    {
      code: "efuse.custom-field-shared",
      message: `${field.name} (line ${line}) has bits that the chip calls ${names.join(", ")}.`,
      details: { field: field.name, line, shared: names },
    },
  ];
}
