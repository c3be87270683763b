import { lastAtOrBelow } from "../../bytes/search-sorted.ts";
import { sectionHolding } from "../../elf/code.ts";
import type { ElfFile, ElfSection } from "../../elf/elf.ts";
import { type ElfSymbol, readAbsoluteSymbols, readSymbols } from "../../elf/symbols.ts";
import { type NameList, nameList } from "../rom/name-list.ts";
import { isRomAddress } from "../rom/rom-ranges.ts";

/** Names of code, for addresses that debug information says nothing of: libraries without it, assembler, ROM. */
export interface SymbolIndex {
  /** By address, ascending; functions behind labels of the same address. */
  readonly symbols: readonly ElfSymbol[];
}

/** Mapping symbols of RISC-V, and labels of the compiler: no names of anything. */
const NO_NAMES = /^(?:\$|\.L)/;
/** Names that linker scripts give to the ROM's functions; those with a slash were meant to be left out. */
const FUNCTION_NAME = /^[A-Za-z_][\w.$]*$/;
/** What linker scripts put around sections. */
const MARKERS = /^_+(?:[a-z0-9_]+_(?:start|end)|[se](?:text|data|bss|rodata)|start|end|etext)$/i;

/** Reads the symbols that stand in code. */
export function indexSymbols(elf: ElfFile, code: readonly ElfSection[]): SymbolIndex {
  const wanted = new Set(code.map((section) => elf.sections.indexOf(section)));
  const symbols = readSymbols(elf, (section) => wanted.has(section)).filter(
    ({ name, kind }) => !NO_NAMES.test(name) && kind !== "object",
  );
  const rank = ({ kind, name }: ElfSymbol): number => (kind === "function" ? 2 : MARKERS.test(name) ? 0 : 1);
  return { symbols: symbols.toSorted((one, other) => one.address - other.address || rank(one) - rank(other)) };
}

/** The functions in ROM that the program was linked against. */
export function romSymbols(elf: ElfFile): NameList {
  return nameList(
    readAbsoluteSymbols(elf).filter(
      ({ name, kind, address }) =>
        isRomAddress(address) && kind !== "object" && FUNCTION_NAME.test(name) && !MARKERS.test(name),
    ),
  );
}

/** How many symbols before an address are looked at for the function around it. */
const LOOK_BACK = 64;

/**
 * The symbol that an address belongs to: the last function with a size that holds it, else the last name before it in its
 * section. Null where there is none.
 */
export function symbolAt({ symbols }: SymbolIndex, code: readonly ElfSection[], address: number): ElfSymbol | null {
  const section = sectionHolding(code, address);
  if (section === null) return null;
  const last = lastAtOrBelow((index) => symbols[index]?.address ?? 0, address, 0, symbols.length);
  for (let index = last; index >= 0 && index > last - LOOK_BACK; index--) {
    const symbol = symbols[index];
    if (symbol === undefined || symbol.address < section.address) break;
    if (symbol.kind === "function" && address < symbol.address + symbol.sizeBytes) return symbol;
  }
  const nearest = symbols[last];
  return nearest !== undefined && nearest.address >= section.address ? nearest : null;
}
