// Shelf: eFuses in words: summary, dump, differences, calibration, error status.
// In: a state.
// Out: lines and objects for people and programs. Keys that cannot be read stay question marks.

import { toHex } from "../../bytes/hex.ts";
import { type Check, optional } from "../../check/check.ts";
import { checkSize } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { bitsToBytes } from "../table/bits.ts";
import { checkState, checkTable } from "../table/check-efuses.ts";
import { findField, findPresentField, isPresent } from "../table/find-field.ts";
import type { EfuseField, EfuseState, EfuseTable, FieldCategory } from "../table/types.ts";
import { blockPurpose, type FieldView, viewField } from "../value/field-meaning.ts";
import { warningLines } from "./error-status.ts";
import { flashVoltageLines } from "./flash-voltage-text.ts";

/** Fields for people and for programs (fact sheet efuse-secure A14). */

export interface SummaryOptions {
  /** Names or aliases; absent or empty: all that mean something on this chip. */
  readonly names?: readonly string[] | undefined;
}

export interface SummaryLinesOptions extends SummaryOptions {
  /** Of the screen: where the table is wider, each field is a paragraph. Absent: the table, which scripts look into. */
  readonly columns?: number | undefined;
}

/** A field in the JSON form of a summary; the names are those of the reference. */
export interface SummaryRecord {
  readonly bit_len: number;
  readonly block: number;
  readonly category: FieldCategory;
  readonly description: string;
  /** `bool`, `uint:BITS` or `bytes:BYTES`. */
  readonly efuse_type: string;
  readonly name: string;
  /** Bit in the word; null: calculated. */
  readonly pos: number | null;
  /** `0x` and: bytes in the order in which they are stored (a calculated address: as it is written), or the number. */
  readonly raw_value: string;
  readonly readable: boolean;
  readonly value: boolean | number | string;
  /** Word in the block; null: calculated. */
  readonly word: number | null;
  readonly writeable: boolean;
}

const NAME_WIDTH = 50;
const DESCRIPTION_WIDTH = 50;
/** A longer value starts a line of its own. */
const LONGEST_INLINE_VALUE = 20;
const HEADER_WIDTH = 88;
const HEADER = "EFUSE_NAME (Block) Description  = [Meaningful Value] [Readable/Writeable] (Hex Value)";

const checkNames: Check<string[]> = listOf(checkText);
const checkSummaryOptions: Check<SummaryOptions> = shape<SummaryOptions>({ names: optional(checkNames) });
const checkLinesOptions: Check<SummaryLinesOptions> = shape<SummaryLinesOptions>({
  names: optional(checkNames),
  columns: optional(checkSize),
});

/**
 * The blocks that must be read to show these fields: theirs, and BLOCK0, which protects and explains them. Without names:
 * all. Throws `efuse.unknown-name`.
 */
export function blocksForFields(table: EfuseTable, names: readonly string[] = []): number[] {
  checkTable(table, "table");
  checkNames(names, "names");
  if (names.length === 0) return table.blocks.map(({ id }) => id);
  const ids = new Set([0]);
  for (const name of names) for (const id of blocksOf(table, findField(table, name))) ids.add(id);
  return [...ids].sort((left, right) => left - right);
}

function blocksOf(table: EfuseTable, field: EfuseField): number[] {
  if (field.bit !== null) return [field.block];
  return field.parts.flatMap((part) => blocksOf(table, findField(table, part.field)));
}

/** The fields of a summary in the order of the table. Throws `efuse.unknown-name`. */
export function summaryFields(state: EfuseState, options: SummaryOptions = {}): FieldView[] {
  checkState(state, "state");
  const { names = [] } = checkSummaryOptions(options, "options");
  return choose(state, names).map((field) => viewField(state, field));
}

function choose(state: EfuseState, names: readonly string[]): readonly EfuseField[] {
  // The ESP32's own MAC address is always shown: that it is not there is worth knowing.
  if (names.length === 0) {
    return state.table.fields.filter((field) => field.presence === "custom-mac" || isPresent(state, field));
  }
  const chosen = new Set(names.map((name) => findPresentField(state, name)));
  return state.table.fields.filter((field) => chosen.has(field));
}

/** What people read, line by line: a table, or on a screen that is too narrow for it paragraphs. Throws `efuse.unknown-name`. */
export function summaryLines(state: EfuseState, options: SummaryLinesOptions = {}): string[] {
  checkState(state, "state");
  const { columns = Number.POSITIVE_INFINITY, ...chosen } = checkLinesOptions(options, "options");
  const groups = byCategory(summaryFields(state, chosen));
  const table = [HEADER, "-".repeat(HEADER_WIDTH), ...groupLines(groups, (view) => rowLines(state, view))];
  const fits = table.every(({ length }) => length <= columns);
  const lines = fits ? table : groupLines(groups, (view) => paragraphLines(state, view));
  return [...lines, ...flashVoltageLines(state), ...warningLines(state)];
}

type Group = readonly [title: string, views: readonly FieldView[]];

function groupLines(groups: readonly Group[], linesOf: (view: FieldView) => readonly string[]): string[] {
  return groups.flatMap(([title, views]) => [`${title} fuses:`, ...views.flatMap(linesOf), ""]);
}

/** The name and the value; below, what it is. */
function paragraphLines(state: EfuseState, view: FieldView): string[] {
  const { field, text } = view;
  const purpose = blockPurpose(state, field);
  return [
    `${nameText(view)} = ${text} ${permissionsText(view)} ${rawText(view)}`.trimEnd(),
    ...(purpose === null ? [] : [`  Purpose: ${purpose}`]),
    `  ${field.description}`,
  ];
}

function byCategory(views: readonly FieldView[]): [title: string, views: FieldView[]][] {
  const groups = new Map<string, FieldView[]>();
  for (const view of views) {
    const title = titleCase(view.field.category);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [view]);
    else group.push(view);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** `spi pad` is `Spi Pad`, `MAC` is `Mac`. */
function titleCase(text: string): string {
  return text
    .split(" ")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join(" ");
}

/** The name, the beginning of the description and the value; below, what is left of the description. */
function rowLines(state: EfuseState, view: FieldView): string[] {
  const { field, text } = view;
  const purpose = blockPurpose(state, field);
  const name = nameText(view);
  // What stands below the name counts as a part of it, as in the reference.
  const named = purpose === null ? name : `${name}\n  Purpose: ${purpose}\n `;
  const [first = "", ...rest] = slices(field.description, DESCRIPTION_WIDTH);
  const gap = text.length > LONGEST_INLINE_VALUE ? "\n  " : "";
  const row = `${named.padEnd(NAME_WIDTH)} ${first.padEnd(DESCRIPTION_WIDTH)}${gap} = ${text} ${permissionsText(view)} ${rawText(view)}`;
  const below = rest.map((slice) => `${" ".repeat(NAME_WIDTH)} ${slice.padEnd(DESCRIPTION_WIDTH)}`);
  return [...row.split("\n"), ...below];
}

function nameText({ field, damaged }: FieldView): string {
  return `${field.name} (BLOCK${field.block})${damaged ? "[error]" : ""}`;
}

function permissionsText({ readable, writable }: FieldView): string {
  return `${readable ? "R" : "-"}/${writable ? "W" : "-"}`;
}

function slices(text: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += width) parts.push(text.slice(at, at + width));
  return parts;
}

/** Bytes are shown as they are; what else there is, also in bits. */
function rawText({ field, raw }: FieldView): string {
  if (field.type === "bytes") return "";
  if (field.width % 4 === 0) return `(0x${raw.toString(16).padStart(field.width / 4, "0")})`;
  return `(0b${raw.toString(2).padStart(field.width, "0")})`;
}

/** The fields by name, sorted. Throws `efuse.unknown-name`. */
export function summaryRecords(state: EfuseState, options: SummaryOptions = {}): Record<string, SummaryRecord> {
  checkState(state, "state");
  checkSummaryOptions(options, "options");
  return Object.fromEntries(sortedViews(state, options).map((view) => [view.field.name, recordOf(view)]));
}

function sortedViews(state: EfuseState, options: SummaryOptions): FieldView[] {
  return summaryFields(state, options).sort((left, right) => (left.field.name < right.field.name ? -1 : 1));
}

/** In the order of the reference: members sorted by name. */
function recordOf(view: FieldView): SummaryRecord {
  const { field } = view;
  const { bit } = field;
  return {
    bit_len: field.width,
    block: field.block,
    category: field.category,
    description: field.description,
    efuse_type: typeText(field),
    name: field.name,
    pos: bit === null ? null : bit % 32,
    raw_value: rawRecord(view),
    readable: view.readable,
    value: view.value,
    word: bit === null ? null : Math.floor(bit / 32),
    writeable: view.writable,
  };
}

function typeText({ type, width }: EfuseField): string {
  if (type === "bool") return "bool";
  return type === "bytes" ? `bytes:${width / 8}` : `uint:${width}`;
}

function rawRecord({ field, raw }: FieldView): string {
  if (field.type === "bytes") {
    const bytes = bitsToBytes(raw, field.width / 8);
    // An address put together of others is stored nowhere, so there is no order but its own (MAC_EUI64).
    return `0x${toHex(field.bit === null ? bytes.toReversed() : bytes)}`;
  }
  return `0x${raw.toString(16).padStart(Math.ceil(field.width / 4), "0")}`;
}

/** The records as JSON, four spaces a level. Throws `efuse.unknown-name`. */
export function summaryJson(state: EfuseState, options: SummaryOptions = {}): string {
  checkState(state, "state");
  checkSummaryOptions(options, "options");
  const views = sortedViews(state, options);
  if (views.length === 0) return "{}";
  return `{\n${views.map(recordJson).join(",\n")}\n}`;
}

/** Numbers as they are shown: a temperature of 2.0 degrees is not the integer 2. */
function recordJson(view: FieldView): string {
  const members = Object.entries(recordOf(view)).map(([member, value]) => {
    const isShown = member === "value" && typeof value === "number";
    return `        "${member}": ${isShown ? view.text : JSON.stringify(value)}`;
  });
  return `    ${JSON.stringify(view.field.name)}: {\n${members.join(",\n")}\n    }`;
}

/**
 * The value of one field and nothing around it. Throws `argument.invalid` unless there is exactly one name,
 * `efuse.unknown-name`.
 */
export function summaryValue(state: EfuseState, options: SummaryOptions = {}): string {
  checkState(state, "state");
  const { names = [] } = checkSummaryOptions(options, "options");
  requireOneName(names);
  return summaryFields(state, { names }).map(({ text }) => text)[0] ?? "";
}

/** What `summaryValue` asks for; before anything is read. Throws `argument.invalid`. */
export function requireOneName(names: readonly string[]): void {
  checkNames(names, "names");
  if (names.length === 1) return;
  throw new EspError("argument.invalid", "The 'value_only' format can be used exactly for one eFuse.", {
    hint: "Give one name of an eFuse, or another format.",
    details: { names },
  });
}
