import { lastOf } from "../../bytes/search-sorted.ts";
import { type Abbreviation, type AbbreviationTable, readAbbreviations } from "./abbreviations.ts";
import { FORM, SCOPED_LANGUAGES, UNIT_TYPE } from "./codes.ts";
import { Cursor, damagedDebugInfo, textAt } from "./cursor.ts";
import { type EntryAttributes, readEntry } from "./entry.ts";
import type { FormContext, FormValue } from "./forms.ts";
import { type DebugInfoProblem, type DebugSections, problemOf } from "./sections.ts";

/** One unit of `.debug_info`: what the compiler made of one source file. */
export interface Unit extends FormContext {
  /** Where the unit ends in `.debug_info`. */
  readonly end: number;
  readonly abbreviations: AbbreviationTable;
  /** Its first entry, which describes the unit. */
  readonly root: EntryAttributes;
  /** Where its other entries begin. */
  readonly entriesOffset: number;
  /** Whether functions are named by the scopes they stand in. */
  readonly isScoped: boolean;
}

const OLDEST = 2;
const NEWEST = 5;
const NO_ABBREVIATIONS: AbbreviationTable = new Map();

/** Reads the heads of all units, which is quick. A damaged one is reported, and the others are there. */
export function readUnits(sections: DebugSections, report: (problem: DebugInfoProblem) => void): Unit[] {
  const units: Unit[] = [];
  const tables = new Map<number, AbbreviationTable>();
  const { info } = sections;
  let at = 0;
  while (at + 4 <= info.length) {
    const start = at;
    try {
      const cursor = new Cursor(".debug_info", info, at);
      const length = cursor.u32();
      if (length === 0xffff_ffff) throw damagedDebugInfo(".debug_info", start, "64-bit DWARF is not supported");
      at = cursor.at + length;
      if (length === 0 || at > info.length) throw damagedDebugInfo(".debug_info", start, "a unit has a wrong length");
      const unit = readUnit(sections, tables, new Cursor(".debug_info", info, start + 4, at), start);
      if (unit !== null) units.push(unit);
    } catch (error) {
      report(problemOf(error, ".debug_info", start));
      // Without a length the next unit cannot be found.
      if (at === start || at > info.length) return units;
    }
  }
  return units;
}

/** Null for a unit that holds types alone. */
function readUnit(
  sections: DebugSections,
  tables: Map<number, AbbreviationTable>,
  cursor: Cursor,
  offset: number,
): Unit | null {
  const version = cursor.u16();
  if (version < OLDEST || version > NEWEST)
    throw damagedDebugInfo(".debug_info", offset, `version ${version} of DWARF is not known`);
  const { type, abbreviationOffset, addressSizeBytes } = readHead(cursor, version);
  if (type === UNIT_TYPE.type || type === UNIT_TYPE.splitType) return null;
  if (addressSizeBytes !== 4)
    throw damagedDebugInfo(".debug_info", offset, `addresses have ${addressSizeBytes} bytes, not 4`);
  const abbreviations =
    tables.get(abbreviationOffset) ?? readAbbreviations(sections.abbreviations, abbreviationOffset) ?? NO_ABBREVIATIONS;
  tables.set(abbreviationOffset, abbreviations);
  const context: FormContext = { version, addressSizeBytes, offset };
  const abbreviation = abbreviationOf(abbreviations, cursor);
  const root = abbreviation === null ? {} : readEntry(cursor, abbreviation, context);
  return {
    ...context,
    end: cursor.end,
    abbreviations,
    root,
    entriesOffset: cursor.at,
    isScoped: root.language !== undefined && SCOPED_LANGUAGES.has(root.language.value),
  };
}

interface UnitHead {
  readonly type: number;
  readonly abbreviationOffset: number;
  readonly addressSizeBytes: number;
}

function readHead(cursor: Cursor, version: number): UnitHead {
  if (version < 5) {
    const abbreviationOffset = cursor.u32();
    return { type: UNIT_TYPE.compile, abbreviationOffset, addressSizeBytes: cursor.u8() };
  }
  const type = cursor.u8();
  const addressSizeBytes = cursor.u8();
  const abbreviationOffset = cursor.u32();
  // Skeletons and split units have an identity of 8 bytes.
  if (type === UNIT_TYPE.skeleton || type === UNIT_TYPE.splitCompile) cursor.skip(8);
  return { type, abbreviationOffset, addressSizeBytes };
}

/** What the entry at the cursor looks like; null at the end of a list of entries. */
export function abbreviationOf(table: AbbreviationTable, cursor: Cursor): Abbreviation | null {
  const at = cursor.at;
  const code = cursor.uleb();
  if (code === 0) return null;
  const abbreviation = table.get(code);
  if (abbreviation === undefined) throw damagedDebugInfo(".debug_info", at, `entry code ${code} is not declared`);
  return abbreviation;
}

/** The unit that holds an offset of `.debug_info`; null outside of all. */
export function unitAt(units: readonly Unit[], offset: number): Unit | null {
  const unit = lastOf(units, (one) => one.offset, offset);
  return unit !== undefined && offset < unit.end ? unit : null;
}

/** The text that a value stands for, null where it leads nowhere. */
export function textOf(sections: DebugSections, unit: Unit, value: FormValue | undefined): string | null {
  if (value === undefined) return null;
  switch (value.form) {
    case FORM.string:
      return textAt(sections.info, value.value);
    case FORM.stringOffset:
      return textAt(sections.strings, value.value);
    case FORM.lineStringOffset:
      return textAt(sections.lineStrings, value.value);
    case FORM.stringIndex:
    case FORM.stringIndex1:
    case FORM.stringIndex2:
    case FORM.stringIndex3:
    case FORM.stringIndex4: {
      // Without a base the table begins behind its head of 8 bytes.
      const base = unit.root.stringOffsetsBase?.value ?? 8;
      const offset = wordAt(sections.stringOffsets, base + 4 * value.value);
      return offset === null ? null : textAt(sections.strings, offset);
    }
    default:
      return null;
  }
}

const ADDRESS_INDICES: ReadonlySet<number> = new Set([
  FORM.addressIndex,
  FORM.addressIndex1,
  FORM.addressIndex2,
  FORM.addressIndex3,
  FORM.addressIndex4,
]);

/** Whether the value is an address, rather than a distance from one. */
export function isAddress({ form }: FormValue): boolean {
  return form === FORM.address || ADDRESS_INDICES.has(form);
}

/** The address that a value stands for, null where it leads nowhere. */
export function addressOf(sections: DebugSections, unit: Unit, value: FormValue | undefined): number | null {
  if (value === undefined) return null;
  if (!ADDRESS_INDICES.has(value.form)) return value.value;
  return indexedAddress(sections, unit, value.value);
}

/** The address at an index of the unit's part of `.debug_addr`. */
export function indexedAddress(sections: DebugSections, unit: Unit, index: number): number | null {
  return wordAt(sections.addresses, (unit.root.addressBase?.value ?? 8) + 4 * index);
}

function wordAt(bytes: Uint8Array, offset: number): number | null {
  if (offset + 4 > bytes.length) return null;
  return new Cursor("", bytes, offset).u32();
}
