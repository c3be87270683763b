import { checkName } from "../check/values.ts";
import { checkDebugInfo, type DebugInfo } from "./debug-info.ts";
import { FORM, TAG } from "./dwarf/codes.ts";
import { Cursor } from "./dwarf/cursor.ts";
import { readEntry, skipEntry } from "./dwarf/entry.ts";
import type { FormValue } from "./dwarf/forms.ts";
import { problemOf } from "./dwarf/sections.ts";
import { abbreviationOf, textOf, type Unit } from "./dwarf/units.ts";
import type { OpenDebugInfo } from "./open-debug-info.ts";

/**
 * Where the members of a C structure are, in bytes from its beginning, by their names: of the first unit that defines a structure of this name.
 * Null where no unit does. Bit fields are told by the byte they are in where the compiler tells it.
 */
export function structureMembers(info: DebugInfo, name: string): ReadonlyMap<string, number> | null {
  const open = checkDebugInfo(info, "info");
  checkName(name, "name");
  for (const unit of open.units) {
    const members = membersIn(open, unit, name);
    if (members !== null) return members;
  }
  return null;
}

function membersIn(open: OpenDebugInfo, unit: Unit, name: string): Map<string, number> | null {
  try {
    return findStructure(open, unit, name);
  } catch (error) {
    open.report(problemOf(error, ".debug_info", unit.offset));
    return null;
  }
}

/** Goes over the entries that stand directly in the unit. */
function findStructure(open: OpenDebugInfo, unit: Unit, name: string): Map<string, number> | null {
  const cursor = new Cursor(".debug_info", open.sections.info, unit.entriesOffset, unit.end);
  let depth = 0;
  while (cursor.at < cursor.end && depth >= 0) {
    const abbreviation = abbreviationOf(unit.abbreviations, cursor);
    if (abbreviation === null) {
      depth--;
      continue;
    }
    const { tag, hasChildren } = abbreviation;
    const isStructure = tag === TAG.structureType && hasChildren && depth === 0;
    const start = cursor.at;
    const sibling = skipEntry(cursor, abbreviation, unit);
    if (isStructure) {
      const after = cursor.at;
      cursor.at = start;
      const entry = readEntry(cursor, abbreviation, unit);
      if (textOf(open.sections, unit, entry.name) === name) return readMembers(open, unit, cursor);
      cursor.at = after;
    }
    if (!hasChildren) continue;
    if (sibling > cursor.at && sibling <= cursor.end) cursor.at = sibling;
    else depth++;
  }
  return null;
}

/** The cursor stands at the first child of the structure. */
function readMembers(open: OpenDebugInfo, unit: Unit, cursor: Cursor): Map<string, number> {
  const members = new Map<string, number>();
  let depth = 0;
  while (cursor.at < cursor.end && depth >= 0) {
    const abbreviation = abbreviationOf(unit.abbreviations, cursor);
    if (abbreviation === null) {
      depth--;
      continue;
    }
    const entry = readEntry(cursor, abbreviation, unit);
    if (abbreviation.tag === TAG.member && depth === 0) {
      const name = textOf(open.sections, unit, entry.name);
      const offset = memberOffset(open, entry.dataMemberLocation);
      if (name !== null && offset !== null) members.set(name, offset);
    }
    if (abbreviation.hasChildren) depth++;
  }
  return members;
}

const PLUS_CONSTANT = 0x23;
const BLOCKS: ReadonlySet<number> = new Set([FORM.block, FORM.block1, FORM.block2, FORM.block4, FORM.expression]);

/** A number, or in version 2 a program that adds one. A member of a union has none and begins where the union does. */
function memberOffset(open: OpenDebugInfo, location: FormValue | undefined): number | null {
  if (location === undefined) return 0;
  if (!BLOCKS.has(location.form)) return location.value;
  const cursor = new Cursor(".debug_info", open.sections.info, location.value);
  return cursor.u8() === PLUS_CONSTANT ? cursor.uleb() : null;
}
