import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { codeSections, sectionHolding } from "../elf/code.ts";
import { type ElfFile, type ElfSection, parseElf } from "../elf/elf.ts";
import type { Decompressors } from "../elf/section-contents.ts";
import { readFunctions, type UnitFunctions } from "./code/functions.ts";
import { indexSymbols, romSymbols, type SymbolIndex } from "./code/symbol-index.ts";
import { type LineTable, readLineTable } from "./dwarf/line-table.ts";
import { type CodeRange, rangesOf } from "./dwarf/ranges.ts";
import {
  type DebugInfoProblem,
  type DebugSections,
  debugSections,
  NO_DEBUG_SECTIONS,
  problemOf,
} from "./dwarf/sections.ts";
import { readUnits, type Unit } from "./dwarf/units.ts";
import type { NameList } from "./rom/name-list.ts";
import { isRomAddress } from "./rom/rom-ranges.ts";
import { type FrameTable, readFrameTable } from "./unwind/frame-table.ts";

/** A list of problems must not outgrow the file. */
const MAXIMUM_PROBLEMS = 100;
const NO_FUNCTIONS: UnitFunctions = { functions: [], scopes: new Map() };

/** What is inside of a `DebugInfo`. */
export class OpenDebugInfo {
  readonly elf: ElfFile;
  readonly code: readonly ElfSection[];
  readonly sections: DebugSections;
  readonly problems: DebugInfoProblem[] = [];
  readonly #functions = new Map<Unit, UnitFunctions>();
  readonly #lines = new Map<number, LineTable | null>();
  #units: readonly Unit[] | undefined;
  #ranges: readonly UnitRange[] | undefined;
  #sha256: string | undefined;
  #symbols: SymbolIndex | undefined;
  #frames: FrameTable | undefined;
  #romNames: NameList | undefined;

  constructor(bytes: Uint8Array, decompressors: Decompressors = {}) {
    this.elf = parseElf(bytes);
    this.code = codeSections(this.elf);
    this.sections =
      this.elf.sections.length === 0 ? NO_DEBUG_SECTIONS : debugSections(this.elf, this.report, decompressors);
  }

  get elfSha256(): string {
    this.#sha256 ??= toHex(sha256(this.elf.bytes));
    return this.#sha256;
  }

  readonly report = (problem: DebugInfoProblem): void => {
    if (this.problems.length < MAXIMUM_PROBLEMS) this.problems.push(problem);
  };

  readonly isCode = (address: number): boolean => sectionHolding(this.code, address) !== null;

  get units(): readonly Unit[] {
    this.#units ??= readUnits(this.sections, this.report);
    return this.#units;
  }

  get symbols(): SymbolIndex {
    this.#symbols ??= this.#attempt(".symtab", () => indexSymbols(this.elf, this.code)) ?? { symbols: [] };
    return this.#symbols;
  }

  /** Whether it is what a chip has in its ROM. Some chips have RAM right behind it, but programs for that have lines. */
  get isRom(): boolean {
    const { code, sections } = this;
    return code.length > 0 && sections.line.length === 0 && code.every(({ address }) => isRomAddress(address));
  }

  /** Functions in ROM that the program was linked against. */
  get romNames(): NameList {
    this.#romNames ??= this.#attempt(".symtab", () => romSymbols(this.elf)) ?? [];
    return this.#romNames;
  }

  get frames(): FrameTable {
    this.#frames ??= readFrameTable(this.sections, this.isCode, this.report);
    return this.#frames;
  }

  /** The units that may hold the address: those that say so, and those that do not tell. */
  unitsAt(address: number): Unit[] {
    this.#ranges ??= this.units.flatMap((unit) => this.#rangesOf(unit));
    const found = new Set<Unit>();
    for (const { unit, low, high } of this.#ranges) if (low <= address && address < high) found.add(unit);
    return [...found];
  }

  #rangesOf(unit: Unit): UnitRange[] {
    const ranges = this.#attempt(".debug_info", () => rangesOf(this.sections, unit, unit.root)) ?? EVERYWHERE;
    return ranges.map(({ low, high }) => ({ unit, low, high }));
  }

  functionsOf(unit: Unit): UnitFunctions {
    const known = this.#functions.get(unit);
    if (known !== undefined) return known;
    const functions =
      this.#attempt(".debug_info", () => readFunctions(this.sections, unit, this.isCode)) ?? NO_FUNCTIONS;
    this.#functions.set(unit, functions);
    return functions;
  }

  linesOf(unit: Unit): LineTable | null {
    const offset = unit.root.statementList?.value;
    if (offset === undefined) return null;
    const known = this.#lines.get(offset);
    if (known !== undefined) return known;
    const table = this.#attempt(".debug_line", () => readLineTable(this.sections, unit, offset, this.isCode));
    this.#lines.set(offset, table);
    return table;
  }

  /** Null, and a problem more, for what is damaged. */
  #attempt<T>(section: string, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      this.report(problemOf(error, section, 0));
      return null;
    }
  }
}

interface UnitRange extends CodeRange {
  readonly unit: Unit;
}

const EVERYWHERE: readonly CodeRange[] = [{ low: 0, high: 0x1_0000_0000 }];
