import { readU32, writeU16, writeU32 } from "../../../src/core/bytes/words.ts";
import { buildElf } from "../image/elf-builder.ts";

export interface SymbolSpec {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes?: number;
  /** A mere number, as a linker script gives them; else it stands in the first piece of code. */
  readonly isAbsolute?: boolean;
}

export interface SymbolElfSpec {
  readonly machine: "xtensa" | "riscv";
  /** Where there is code, and how much; with what is in it besides. */
  readonly code: readonly { readonly address: number; readonly sizeBytes: number; readonly text?: string }[];
  readonly symbols: readonly SymbolSpec[];
}

const FUNCTION = 2;
const ABSOLUTE = 0xfff1;
const SECTION_BYTES = 40;

/** An ELF file of code and symbols alone, as of a ROM, or of a program that was stripped of its debug information. */
export function symbolElf({ machine, code, symbols }: SymbolElfSpec): Uint8Array<ArrayBuffer> {
  const names = Buffer.from(`\0${symbols.map(({ name }) => `${name}\0`).join("")}`);
  const table = new Uint8Array(16 * (symbols.length + 1));
  let nameOffset = 1;
  for (const [index, { name, address, sizeBytes = 0, isAbsolute = false }] of symbols.entries()) {
    const at = 16 * (index + 1);
    const section = code.findIndex((one) => address >= one.address && address < one.address + one.sizeBytes);
    writeU32(table, at, nameOffset);
    writeU32(table, at + 4, address);
    writeU32(table, at + 8, sizeBytes);
    table[at + 12] = isAbsolute ? 0 : FUNCTION;
    writeU16(table, at + 14, isAbsolute ? ABSOLUTE : section + 1);
    nameOffset += name.length + 1;
  }
  const sections = [
    ...code.map(({ address, sizeBytes, text = "" }, index) => {
      const data = new Uint8Array(sizeBytes);
      data.set(Buffer.from(text));
      return { name: `.text${index}`, address, data, flags: 6 };
    }),
    { name: ".symtab", address: 0, data: table, type: 2, flags: 0 },
    { name: ".strtab", address: 0, data: Uint8Array.from(names), type: 3, flags: 0 },
  ];
  const elf = buildElf({ machine: machine === "riscv" ? 243 : 94, entry: code[0]?.address ?? 0, sections });
  // The table of symbols says which section holds its names.
  writeU32(elf, readU32(elf, 32) + SECTION_BYTES * (code.length + 1) + 24, code.length + 2);
  return elf;
}
