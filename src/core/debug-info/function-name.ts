import type { FunctionEntry } from "./code/functions.ts";
import { Cursor } from "./dwarf/cursor.ts";
import { type EntryAttributes, readEntry } from "./dwarf/entry.ts";
import { abbreviationOf, textOf, type Unit, unitAt } from "./dwarf/units.ts";
import { demangle } from "./names/demangle.ts";
import type { OpenDebugInfo } from "./open-debug-info.ts";

/** An entry refers to its model, which refers to its declaration; a damaged file refers in circles. */
const MAXIMUM_HOPS = 8;

interface Place {
  readonly unit: Unit;
  readonly offset: number;
  readonly entry: EntryAttributes;
}

/**
 * What a function is called: as its source names it with its parameters where the linker's name tells them, else with the
 * scopes it stands in. Null where nothing tells. Throws `debug-info.damaged`.
 */
export function functionName(info: OpenDebugInfo, { unit, offset, entry }: FunctionEntry): string | null {
  let place: Place | null = { unit, offset, entry };
  let name: string | null = null;
  let scope = "";
  for (let hop = 0; place !== null && hop < MAXIMUM_HOPS; hop++) {
    const linkageName = textOf(info.sections, place.unit, place.entry.linkageName);
    const demangled = linkageName === null ? null : demangle(linkageName);
    if (demangled !== null) return demangled;
    name ??= textOf(info.sections, place.unit, place.entry.name);
    if (scope === "" && place.unit.isScoped) scope = info.functionsOf(place.unit).scopes.get(place.offset) ?? "";
    place = nextPlace(info, place);
  }
  return name === null || scope === "" ? name : `${scope}::${name}`;
}

function nextPlace(info: OpenDebugInfo, { entry }: Place): Place | null {
  const offset = (entry.abstractOrigin ?? entry.specification)?.value;
  if (offset === undefined) return null;
  const unit = unitAt(info.units, offset);
  if (unit === null) return null;
  const cursor = new Cursor(".debug_info", info.sections.info, offset, unit.end);
  const abbreviation = abbreviationOf(unit.abbreviations, cursor);
  return abbreviation === null ? null : { unit, offset, entry: readEntry(cursor, abbreviation, unit) };
}
