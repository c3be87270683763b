import { FORM } from "./codes.ts";
import { Cursor, damagedDebugInfo } from "./cursor.ts";
import type { EntryAttributes } from "./entry.ts";
import type { FormValue } from "./forms.ts";
import type { DebugSections } from "./sections.ts";
import { addressOf, indexedAddress, isAddress, type Unit } from "./units.ts";

/** From `low` up to, not including, `high`. */
export interface CodeRange {
  readonly low: number;
  readonly high: number;
}

/**
 * The code of a unit or a function; null where the entry does not tell. Ranges of no length are left out: that is how
 * linkers mark code that they removed. Throws `debug-info.damaged`.
 */
export function rangesOf(sections: DebugSections, unit: Unit, entry: EntryAttributes): CodeRange[] | null {
  if (entry.ranges !== undefined) return listedRanges(sections, unit, entry.ranges);
  const low = addressOf(sections, unit, entry.lowPc);
  if (low === null || entry.highPc === undefined) return null;
  const high = isAddress(entry.highPc) ? addressOf(sections, unit, entry.highPc) : low + entry.highPc.value;
  return high !== null && high > low ? [{ low, high }] : [];
}

function listedRanges(sections: DebugSections, unit: Unit, reference: FormValue): CodeRange[] {
  const base = addressOf(sections, unit, unit.root.lowPc) ?? 0;
  const ranges =
    unit.version < 5
      ? pairs(sections, new Cursor(".debug_ranges", sections.ranges, reference.value), base)
      : entries(
          sections,
          unit,
          new Cursor(".debug_rnglists", sections.rangeLists, listOffset(sections, unit, reference)),
          base,
        );
  return ranges.filter(({ low, high }) => high > low);
}

function listOffset({ rangeLists }: DebugSections, unit: Unit, { form, value }: FormValue): number {
  if (form !== FORM.rangeListIndex) return value;
  const base = unit.root.rangeListsBase?.value ?? 12;
  return base + new Cursor(".debug_rnglists", rangeLists, base + 4 * value).u32();
}

/** Version 2 to 4: pairs of distances from a base, which a pair beginning with ff ff ff ff replaces; a pair of zeros ends. */
function pairs(sections: DebugSections, cursor: Cursor, start: number): CodeRange[] {
  const ranges: CodeRange[] = [];
  let base = start;
  for (;;) {
    const low = cursor.u32();
    const high = cursor.u32();
    if (low === 0 && high === 0) return ranges;
    if (low === 0xffff_ffff) base = high;
    else ranges.push({ low: base + low, high: base + high });
    spend(sections, cursor);
  }
}

const ENTRY = {
  end: 0,
  baseIndex: 1,
  startIndexEndIndex: 2,
  startIndexLength: 3,
  offsetPair: 4,
  base: 5,
  startEnd: 6,
  startLength: 7,
} as const;

/** Version 5: entries of several kinds. */
function entries(sections: DebugSections, unit: Unit, cursor: Cursor, start: number): CodeRange[] {
  const ranges: CodeRange[] = [];
  const indexed = (): number => indexedAddress(sections, unit, cursor.uleb()) ?? 0;
  let base = start;
  const add = (low: number, high: number): void => {
    ranges.push({ low, high });
  };
  for (;;) {
    const kind = cursor.u8();
    if (kind === ENTRY.end) return ranges;
    if (kind === ENTRY.baseIndex) base = indexed();
    else if (kind === ENTRY.base) base = cursor.u32();
    else if (kind === ENTRY.offsetPair) add(base + cursor.uleb(), base + cursor.uleb());
    else if (kind === ENTRY.startEnd) add(cursor.u32(), cursor.u32());
    else if (kind === ENTRY.startIndexEndIndex) add(indexed(), indexed());
    else if (kind === ENTRY.startLength || kind === ENTRY.startIndexLength) {
      const low = kind === ENTRY.startLength ? cursor.u32() : indexed();
      add(low, low + cursor.uleb());
    } else throw damagedDebugInfo(cursor.section, cursor.at, `a range of kind ${kind} is not known`);
    spend(sections, cursor);
  }
}

function spend({ budget }: DebugSections, cursor: Cursor): void {
  if (budget.ranges-- <= 0) throw damagedDebugInfo(cursor.section, cursor.at, "too many entries refer to long lists");
}
