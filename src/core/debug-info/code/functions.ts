// Shelf: functions of the program: where their code is, what was inlined into them, what they are called.
// In: units of debug information, and symbols.
// Out: the functions around an address, innermost first.

import { TAG } from "../dwarf/codes.ts";
import { Cursor } from "../dwarf/cursor.ts";
import { type EntryAttributes, readEntry, skipEntry } from "../dwarf/entry.ts";
import { type CodeRange, rangesOf } from "../dwarf/ranges.ts";
import type { DebugSections } from "../dwarf/sections.ts";
import { abbreviationOf, textOf, type Unit } from "../dwarf/units.ts";

/** A function with code of its own, or one that was inlined into it. */
export interface FunctionEntry {
  /** Of its entry in `.debug_info`. */
  readonly offset: number;
  readonly unit: Unit;
  readonly isInlined: boolean;
  readonly ranges: readonly CodeRange[];
  readonly entry: EntryAttributes;
  /** What was inlined into it. */
  readonly inlined: FunctionEntry[];
}

export interface UnitFunctions {
  readonly functions: readonly FunctionEntry[];
  /** Namespaces and types that functions stand in, by the offset of the function's entry; of scoped languages alone. */
  readonly scopes: ReadonlyMap<number, string>;
}

/** Entries whose children may be, or hold, functions. */
const HOLDERS: ReadonlySet<number> = new Set([
  TAG.subprogram,
  TAG.inlinedSubroutine,
  TAG.lexicalBlock,
  TAG.tryBlock,
  TAG.catchBlock,
  TAG.namespace,
  TAG.module,
  TAG.classType,
  TAG.structureType,
  TAG.unionType,
  TAG.enumerationType,
]);
const SCOPES: ReadonlySet<number> = new Set([
  TAG.namespace,
  TAG.module,
  TAG.classType,
  TAG.structureType,
  TAG.unionType,
  TAG.enumerationType,
]);

/** Where the walk is: the function whose children come, and the scope they are in. */
interface Level {
  readonly owner: FunctionEntry | null;
  readonly scope: string;
}

/**
 * Reads the functions of a unit, in one pass and without recursion. Code that `isCode` knows nothing of was removed by the
 * linker and is left out. Throws `debug-info.damaged`.
 */
export function readFunctions(
  sections: DebugSections,
  unit: Unit,
  isCode: (address: number) => boolean,
): UnitFunctions {
  const functions: FunctionEntry[] = [];
  const scopes = new Map<number, string>();
  const cursor = new Cursor(".debug_info", sections.info, unit.entriesOffset, unit.end);
  const levels: Level[] = [{ owner: null, scope: "" }];
  while (cursor.at < cursor.end && levels.length > 0) {
    const offset = cursor.at;
    const abbreviation = abbreviationOf(unit.abbreviations, cursor);
    if (abbreviation === null) {
      levels.pop();
      continue;
    }
    const { tag, hasChildren } = abbreviation;
    const level = levels.at(-1) ?? { owner: null, scope: "" };
    if (!HOLDERS.has(tag)) {
      const sibling = skipEntry(cursor, abbreviation, unit);
      if (!hasChildren) continue;
      if (sibling > cursor.at && sibling <= cursor.end) cursor.at = sibling;
      else levels.push({ owner: null, scope: level.scope });
      continue;
    }
    const entry = readEntry(cursor, abbreviation, unit);
    const isFunction = tag === TAG.subprogram || tag === TAG.inlinedSubroutine;
    const found = isFunction ? functionOf(sections, { offset, unit, tag, entry }, isCode) : null;
    if (found !== null) (found.isInlined ? level.owner?.inlined : functions)?.push(found);
    if (isFunction && level.scope !== "") scopes.set(offset, level.scope);
    if (hasChildren)
      levels.push({ owner: ownerBelow(tag, found, level), scope: scopeBelow(sections, unit, tag, entry, level) });
  }
  return { functions, scopes };
}

interface Candidate {
  readonly offset: number;
  readonly unit: Unit;
  readonly tag: number;
  readonly entry: EntryAttributes;
}

/** Null for what has no code: a declaration, the model of inlined functions, what the linker removed. */
function functionOf(
  sections: DebugSections,
  { offset, unit, tag, entry }: Candidate,
  isCode: (address: number) => boolean,
): FunctionEntry | null {
  if (entry.lowPc === undefined && entry.ranges === undefined) return null;
  const ranges = rangesOf(sections, unit, entry)?.filter(({ low }) => isCode(low)) ?? [];
  if (ranges.length === 0) return null;
  return { offset, unit, isInlined: tag === TAG.inlinedSubroutine, ranges, entry, inlined: [] };
}

function ownerBelow(tag: number, found: FunctionEntry | null, { owner }: Level): FunctionEntry | null {
  if (found !== null) return found;
  // Blocks within a function belong to it; what was inlined without code of its own has none below either.
  return tag === TAG.lexicalBlock || tag === TAG.tryBlock || tag === TAG.catchBlock ? owner : null;
}

function scopeBelow(
  sections: DebugSections,
  unit: Unit,
  tag: number,
  entry: EntryAttributes,
  { scope }: Level,
): string {
  if (!unit.isScoped || !SCOPES.has(tag)) return scope;
  const name = textOf(sections, unit, entry.name) ?? (tag === TAG.namespace ? "(anonymous namespace)" : "");
  if (name === "" || scope.length > 1024) return scope;
  return scope === "" ? name : `${scope}::${name}`;
}

/** Whether one of the function's ranges holds the address: that range, else null. */
export function rangeHolding({ ranges }: FunctionEntry, address: number): CodeRange | null {
  return ranges.find(({ low, high }) => low <= address && address < high) ?? null;
}

/** What is inlined into the function at the address, from the outside in; the function itself first. */
export function inlineChain(outermost: FunctionEntry, address: number): FunctionEntry[] {
  const chain = [outermost];
  for (;;) {
    const next = chain.at(-1)?.inlined.find((entry) => rangeHolding(entry, address) !== null);
    if (next === undefined) return chain;
    chain.push(next);
  }
}
