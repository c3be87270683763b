// Room: ELF files of Xtensa and RISC-V programs, read once for all who need them: images, debug information, crashes.
// In: bytes.
// Out: header, sections with names and contents, segments, symbols; which addresses are code.

import { readU16, readU32 } from "../bytes/words.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import type { InstructionSet } from "../chip/types.ts";
import { EspError } from "../errors.ts";

// Sizes, offsets and type numbers: System V ABI, "Object Files".
const HEADER_BYTES = 52;
const SECTION_HEADER_BYTES = 40;
const PROGRAM_HEADER_BYTES = 32;
const MACHINES: ReadonlyMap<number, ElfMachine> = new Map([
  [0x5e, "xtensa"],
  [0xf3, "riscv"],
]);

export type ElfMachine = InstructionSet;

export interface ElfSection {
  /** Where its name starts in the string table. */
  readonly nameOffset: number;
  readonly type: number;
  /** SHF_ALLOC 2, SHF_EXECINSTR 4, SHF_COMPRESSED 0x800. */
  readonly flags: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly sizeBytes: number;
  /** Index of a section that belongs to it: of a symbol table its names. */
  readonly link: number;
  readonly alignment: number;
}

export interface ElfProgramHeader {
  readonly type: number;
  readonly virtualAddress: number;
  readonly physicalAddress: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
  readonly alignment: number;
}

export interface ElfFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly machine: ElfMachine;
  /** What the file is: 2 a program, 4 a core dump. */
  readonly type: number;
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly programHeaders: readonly ElfProgramHeader[];
  /** Index of the section that holds the section names. */
  readonly nameTableIndex: number;
}

/**
 * Reads the header and the tables of a 32-bit little-endian ELF file for Xtensa or RISC-V.
 * Throws `image.invalid` and `image.truncated`, with `details.offset`.
 */
export function parseElf(bytes: ByteSource): ElfFile {
  const file = checkBytes(bytes, "bytes");
  if (readAscii(file, 0, 4) !== "\u007fELF")
    throw invalidElf("This is no ELF file: its first four bytes are not 7f ELF.", 0);
  if (file.length < HEADER_BYTES) throw truncated("the header", file.length);
  if (file[4] !== 1) throw invalidElf("The ELF file is not a 32-bit one.", 4);
  if (file[5] !== 1) throw invalidElf("The ELF file is not little-endian.", 5);
  const machineNumber = readU16(file, 18);
  const machine = MACHINES.get(machineNumber);
  if (machine === undefined)
    throw invalidElf(
      `The ELF file is for machine 0x${machineNumber.toString(16)}, not Xtensa (0x5e) or RISC-V (0xf3).`,
      18,
    );
  return {
    bytes: file,
    machine,
    type: readU16(file, 16),
    entry: readU32(file, 24),
    sections: readTable(file, {
      what: "section",
      at: 32,
      sizeAt: 46,
      countAt: 48,
      rowBytes: SECTION_HEADER_BYTES,
    }).map((row) => readSection(file, row)),
    programHeaders: readTable(file, {
      what: "program",
      at: 28,
      sizeAt: 42,
      countAt: 44,
      rowBytes: PROGRAM_HEADER_BYTES,
    }).map((row) => readProgramHeader(file, row)),
    nameTableIndex: readU16(file, 50),
  };
}

interface Table {
  readonly what: string;
  /** Where the header tells the table's offset, the size of a row and the number of rows. */
  readonly at: number;
  readonly sizeAt: number;
  readonly countAt: number;
  readonly rowBytes: number;
}

/** Offsets of the table's rows. */
function readTable(bytes: Uint8Array, { what, at, sizeAt, countAt, rowBytes }: Table): number[] {
  const count = readU16(bytes, countAt);
  if (count === 0) return [];
  const declared = readU16(bytes, sizeAt);
  if (declared !== rowBytes)
    throw invalidElf(`The ELF file's ${what} headers are ${declared} bytes long, not ${rowBytes}.`, sizeAt);
  const start = readU32(bytes, at);
  if (start + count * rowBytes > bytes.length) throw truncated(`the table of ${what} headers`, bytes.length);
  return Array.from({ length: count }, (_, index) => start + index * rowBytes);
}

function readSection(bytes: Uint8Array, row: number): ElfSection {
  return {
    nameOffset: readU32(bytes, row),
    type: readU32(bytes, row + 4),
    flags: readU32(bytes, row + 8),
    address: readU32(bytes, row + 12),
    fileOffset: readU32(bytes, row + 16),
    sizeBytes: readU32(bytes, row + 20),
    link: readU32(bytes, row + 24),
    alignment: readU32(bytes, row + 32),
  };
}

function readProgramHeader(bytes: Uint8Array, row: number): ElfProgramHeader {
  return {
    type: readU32(bytes, row),
    fileOffset: readU32(bytes, row + 4),
    virtualAddress: readU32(bytes, row + 8),
    physicalAddress: readU32(bytes, row + 12),
    fileBytes: readU32(bytes, row + 16),
    alignment: readU32(bytes, row + 28),
  };
}

/** A piece of the file, as a view. Throws `image.truncated`. */
export function elfView({ bytes }: ElfFile, offset: number, length: number): Uint8Array<ArrayBuffer> {
  if (offset + length > bytes.length) throw truncated(`${length} bytes at offset ${offset}`, bytes.length);
  return bytes.subarray(offset, offset + length);
}

export function readAscii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

export function invalidElf(message: string, offset: number, more: Readonly<Record<string, unknown>> = {}): EspError {
  return new EspError("image.invalid", message, {
    hint: "Give the ELF file that the linker wrote for this chip.",
    details: { offset, ...more },
  });
}

function truncated(what: string, offset: number): EspError {
  return new EspError("image.truncated", `The ELF file ends before ${what}.`, {
    hint: "The file is incomplete: build or copy it again.",
    details: { offset },
  });
}
