import { checkWord } from "../check/numbers.ts";
import { type FunctionEntry, inlineChain, rangeHolding } from "./code/functions.ts";
import { symbolAt } from "./code/symbol-index.ts";
import { checkDebugInfo, type DebugInfo } from "./debug-info.ts";
import { fileNamed, type LinePlace, lineAt } from "./dwarf/line-table.ts";
import { problemOf } from "./dwarf/sections.ts";
import type { Unit } from "./dwarf/units.ts";
import { functionName } from "./function-name.ts";
import { demangle } from "./names/demangle.ts";
import type { OpenDebugInfo } from "./open-debug-info.ts";
import { type NameList, nameBefore, type RomName } from "./rom/name-list.ts";
import { type RomNames, romListOf } from "./rom/rom-names.ts";

/** One function at an address. */
export interface CodeFrame {
  /** Null where neither debug information nor symbols tell. C++ and Rust with scopes, and parameters where known. */
  readonly functionName: string | null;
  /** The source file's path as the compiler knew it; null where nothing tells. */
  readonly file: string | null;
  /** From 1; null where nothing tells, or for code that belongs to no line. */
  readonly line: number | null;
  /** The function has no call of its own here: it was inlined into the next frame of the list. */
  readonly isInlined: boolean;
  /**
   * How far behind the symbol `functionName` the address is, in bytes, where only symbols tell; null where debug information
   * does.
   */
  readonly symbolOffset: number | null;
}

/** What is at an address of code. */
export interface CodeLocation {
  readonly address: number;
  /** The function is one of the chip's ROM: there are neither files nor lines of it. */
  readonly isInRom: boolean;
  /** Innermost first; never empty. */
  readonly frames: readonly CodeFrame[];
}

/**
 * The functions, files and lines of an address; null where the program has no code there, and knows no function in ROM before it. Of a
 * return address look up the address before it: the call is there, and what follows may be another line or function.
 *
 * @example lookUp(info, returnAddress - 1)?.frames.map(({ functionName }) => functionName)
 */
export function lookUp(info: DebugInfo | RomNames, address: number): CodeLocation | null {
  const names = romListOf(info);
  const open = names === undefined ? checkDebugInfo(info, "info") : null;
  checkWord(address, "address");
  if (open === null || !open.isCode(address)) return namedInRom(names ?? open?.romNames ?? [], address);
  const units = open.unitsAt(address);
  const outermost = bestFunction(open, units, address);
  const place = bestLine(open, outermost === null ? units : [outermost.unit, ...units], address);
  const frames = outermost === null ? [] : framesOf(open, inlineChain(outermost, address), place);
  return {
    address,
    isInRom: open.isRom,
    frames: frames.length > 0 ? frames : [symbolFrame(open, address, place)],
  };
}

/**
 * Of all functions that hold the address the one that begins last, and of those the shortest: linkers that shorten code do not
 * shorten what assembler files tell of themselves, so their functions reach into the next ones.
 */
function bestFunction(open: OpenDebugInfo, units: readonly Unit[], address: number): FunctionEntry | null {
  let best: { readonly entry: FunctionEntry; readonly low: number; readonly high: number } | null = null;
  for (const unit of units)
    for (const entry of open.functionsOf(unit).functions) {
      const range = rangeHolding(entry, address);
      if (range === null) continue;
      if (best === null || range.low > best.low || (range.low === best.low && range.high < best.high))
        best = { entry, ...range };
    }
  return best?.entry ?? null;
}

/** The first unit's line, else that of the code that begins last. */
function bestLine(open: OpenDebugInfo, units: readonly Unit[], address: number): LinePlace | null {
  let best: LinePlace | null = null;
  for (const unit of new Set(units)) {
    const table = open.linesOf(unit);
    const place = table === null ? null : lineAt(table, address);
    if (place !== null && (best === null || place.sequenceLow > best.sequenceLow)) best = place;
  }
  return best;
}

/** Each function stands where it is called from the next one. */
function framesOf(open: OpenDebugInfo, chain: readonly FunctionEntry[], innermost: LinePlace | null): CodeFrame[] {
  const frames: CodeFrame[] = [];
  let file = innermost?.file ?? null;
  let line = innermost?.line ?? null;
  for (const entry of chain.toReversed()) {
    frames.push({ functionName: nameOf(open, entry), file, line, isInlined: entry.isInlined, symbolOffset: null });
    const table = open.linesOf(entry.unit);
    const { callFile, callLine } = entry.entry;
    file = table === null || callFile === undefined ? null : fileNamed(table, callFile.value);
    line = callLine?.value ?? null;
  }
  return frames;
}

function nameOf(open: OpenDebugInfo, entry: FunctionEntry): string | null {
  try {
    return functionName(open, entry);
  } catch (error) {
    open.report(problemOf(error, ".debug_info", entry.offset));
    return null;
  }
}

function namedInRom(names: NameList, address: number): CodeLocation | null {
  const found = nameBefore(names, address);
  return found === null ? null : { address, isInRom: true, frames: [namedFrame(found, address, null)] };
}

function symbolFrame(open: OpenDebugInfo, address: number, place: LinePlace | null): CodeFrame {
  return namedFrame(symbolAt(open.symbols, open.code, address), address, place);
}

function namedFrame(symbol: RomName | null, address: number, place: LinePlace | null): CodeFrame {
  return {
    functionName: symbol === null ? null : (demangle(symbol.name) ?? symbol.name),
    file: place?.file ?? null,
    line: place?.line ?? null,
    isInlined: false,
    symbolOffset: symbol === null ? null : address - symbol.address,
  };
}
