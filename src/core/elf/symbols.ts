import { readU16, readU32 } from "../bytes/words.ts";
import { type ElfFile, elfView } from "./elf.ts";
import { nameAt } from "./section-names.ts";

const SYMBOL_TABLE = 2;
const SYMBOL_BYTES = 16;
/** Where the section of a symbol stands that is a mere number: SHN_ABS. */
const ABSOLUTE = 0xfff1;

/** Kinds of symbols that stand for places in code: STT_NOTYPE, STT_OBJECT, STT_FUNC. */
export type SymbolKind = "untyped" | "object" | "function";
const KINDS: Readonly<Record<number, SymbolKind>> = { 0: "untyped", 1: "object", 2: "function" };

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  /** 0 where the assembler was not told. */
  readonly sizeBytes: number;
  readonly kind: SymbolKind;
  /** Index of its section. */
  readonly section: number;
}

/**
 * The named symbols of the ELF file that stand in a section, in the file's order; none for a stripped file.
 * Throws `image.truncated` when the table reaches beyond the file.
 */
export function readSymbols(elf: ElfFile, isWanted: (section: number) => boolean = () => true): ElfSymbol[] {
  return symbolsOf(elf, (section) => section < elf.sections.length && isWanted(section));
}

/**
 * The named symbols that are numbers which the linker was given, such as where functions of the ROM are. Throws `image.truncated` as
 * `readSymbols` does.
 */
export function readAbsoluteSymbols(elf: ElfFile): ElfSymbol[] {
  return symbolsOf(elf, (section) => section === ABSOLUTE);
}

function symbolsOf(elf: ElfFile, isWanted: (section: number) => boolean): ElfSymbol[] {
  const table = elf.sections.find(({ type }) => type === SYMBOL_TABLE);
  const strings = table === undefined ? undefined : elf.sections[table.link];
  if (table === undefined || strings === undefined) return [];
  const bytes = elfView(elf, table.fileOffset, table.sizeBytes);
  const names = elfView(elf, strings.fileOffset, strings.sizeBytes);
  const symbols: ElfSymbol[] = [];
  for (let at = 0; at + SYMBOL_BYTES <= bytes.length; at += SYMBOL_BYTES) {
    const kind = KINDS[(bytes[at + 12] ?? 0) & 0x0f];
    const section = readU16(bytes, at + 14);
    const nameOffset = readU32(bytes, at);
    if (kind === undefined || nameOffset === 0 || nameOffset >= names.length || !isWanted(section)) continue;
    symbols.push({
      name: nameAt(names, nameOffset),
      address: readU32(bytes, at + 4),
      sizeBytes: readU32(bytes, at + 8),
      kind,
      section,
    });
  }
  return symbols;
}
