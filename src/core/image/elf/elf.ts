// Shelf: ELF files, as far as images need them.
// In: bytes.
// Out: sections, segments, the entry and the machine.

import { readU16, readU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import type { InstructionSet } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { type ImageNotice, warning } from "../notice.ts";

// Sizes, offsets and type numbers: System V ABI, "Object Files"; which of them count: fact sheet 5.4.
const HEADER_BYTES = 52;
const SECTION_HEADER_BYTES = 40;
const PROGRAM_HEADER_BYTES = 32;
const MACHINES: ReadonlyMap<number, ElfMachine> = new Map([
  [0x5e, "xtensa"],
  [0xf3, "riscv"],
]);
const SECTION = { programBits: 1, strings: 3, noBits: 8, initArray: 14, finiArray: 15, preinitArray: 16 } as const;
const LOADED_TYPES: ReadonlySet<number> = new Set([
  SECTION.programBits,
  SECTION.initArray,
  SECTION.finiArray,
  SECTION.preinitArray,
]);
const SILENT_TYPES: ReadonlySet<number> = new Set([SECTION.noBits, SECTION.strings]);
const PROGRAM_LOAD = 1;
/** Longer names are cut: a broken file may have one name that reaches to its end for each of its sections. */
const MAXIMUM_NAME_BYTES = 256;
/** The name pieces from program headers go by. */
export const PROGRAM_PIECE_NAME = "PHDR";

export type ElfMachine = InstructionSet;

export interface ElfSection {
  /** Where its name starts in the string table. */
  readonly nameOffset: number;
  readonly type: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly sizeBytes: number;
  readonly alignment: number;
}

export interface ElfProgramHeader {
  readonly type: number;
  readonly physicalAddress: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
  readonly alignment: number;
}

export interface ElfFile {
  readonly bytes: Uint8Array;
  readonly machine: ElfMachine;
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly programHeaders: readonly ElfProgramHeader[];
  /** Index of the section that holds the section names. */
  readonly nameTableIndex: number;
}

/** A part of the program that goes to an address: a view into the file, not a copy. */
export interface ElfPiece {
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
  readonly alignment: number;
}

/**
 * Reads the header and the tables of a 32-bit little-endian ELF file for Xtensa or RISC-V.
 * Throws `image.invalid` and `image.truncated`, with `details.offset`.
 */
export function parseElf(bytes: ByteSource): ElfFile {
  const file = checkBytes(bytes, "bytes");
  if (readAscii(file, 0, 4) !== "\u007fELF")
    throw invalid("This is no ELF file: its first four bytes are not 7f ELF.", 0);
  if (file.length < HEADER_BYTES) throw truncated("the header", file.length);
  if (file[4] !== 1) throw invalid("The ELF file is not a 32-bit one.", 4);
  if (file[5] !== 1) throw invalid("The ELF file is not little-endian.", 5);
  const machineNumber = readU16(file, 18);
  const machine = MACHINES.get(machineNumber);
  if (machine === undefined)
    throw invalid(
      `The ELF file is for machine 0x${machineNumber.toString(16)}, not Xtensa (0x5e) or RISC-V (0xf3).`,
      18,
    );
  return {
    bytes: file,
    machine,
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

/**
 * The sections that make up the program, in the file's order, and a warning for each one of a type nobody knows.
 * Throws `image.invalid` and `image.truncated`, with `details.offset`.
 */
export function loadableSections(elf: ElfFile): { readonly pieces: ElfPiece[]; readonly notices: ImageNotice[] } {
  if (elf.sections.length === 0) throw invalid("The ELF file has no sections.", 48);
  const names = nameTable(elf);
  const notices: ImageNotice[] = [];
  const wanted = elf.sections.filter(({ address, sizeBytes, type }) => {
    if (address === 0 || sizeBytes === 0 || SILENT_TYPES.has(type)) return false;
    if (LOADED_TYPES.has(type)) return true;
    notices.push(warning("elf.unknown-section-type", `Unknown section type 0x${type.toString(16)} in ELF file`));
    return false;
  });
  refuseOverlap(
    elf,
    wanted.map(({ sizeBytes }) => sizeBytes),
  );
  const pieces = wanted.map((section) => ({
    name: readName(names, section.nameOffset),
    address: section.address,
    data: view(elf, section.fileOffset, section.sizeBytes),
    alignment: section.alignment,
  }));
  return { pieces, notices };
}

/**
 * The segments that make up the program, at their physical addresses.
 * Throws `image.invalid` and `image.truncated`, with `details.offset`.
 */
export function loadableSegments(elf: ElfFile): ElfPiece[] {
  const wanted = elf.programHeaders.filter(
    ({ type, physicalAddress, fileBytes }) => type === PROGRAM_LOAD && physicalAddress !== 0 && fileBytes > 0,
  );
  refuseOverlap(
    elf,
    wanted.map(({ fileBytes }) => fileBytes),
  );
  return wanted.map(({ physicalAddress, fileOffset, fileBytes, alignment }) => ({
    name: PROGRAM_PIECE_NAME,
    address: physicalAddress,
    data: view(elf, fileOffset, fileBytes),
    alignment,
  }));
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
    throw invalid(`The ELF file's ${what} headers are ${declared} bytes long, not ${rowBytes}.`, sizeAt);
  const start = readU32(bytes, at);
  if (start + count * rowBytes > bytes.length) throw truncated(`the table of ${what} headers`, bytes.length);
  return Array.from({ length: count }, (_, index) => start + index * rowBytes);
}

function readSection(bytes: Uint8Array, row: number): ElfSection {
  return {
    nameOffset: readU32(bytes, row),
    type: readU32(bytes, row + 4),
    address: readU32(bytes, row + 12),
    fileOffset: readU32(bytes, row + 16),
    sizeBytes: readU32(bytes, row + 20),
    alignment: readU32(bytes, row + 32),
  };
}

function readProgramHeader(bytes: Uint8Array, row: number): ElfProgramHeader {
  return {
    type: readU32(bytes, row),
    fileOffset: readU32(bytes, row + 4),
    physicalAddress: readU32(bytes, row + 12),
    fileBytes: readU32(bytes, row + 16),
    alignment: readU32(bytes, row + 28),
  };
}

function nameTable(elf: ElfFile): Uint8Array {
  const section = elf.sections[elf.nameTableIndex];
  if (section === undefined || section.type !== SECTION.strings)
    throw invalid("The ELF file has no table of section names.", 50);
  return view(elf, section.fileOffset, section.sizeBytes);
}

function readName(names: Uint8Array, offset: number): string {
  if (offset >= names.length) throw invalid("A section of the ELF file has a name outside the table of names.", offset);
  const end = names.subarray(offset, offset + MAXIMUM_NAME_BYTES).indexOf(0);
  return readAscii(names, offset, end === -1 ? MAXIMUM_NAME_BYTES : end);
}

function readAscii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function view({ bytes }: ElfFile, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.length) throw truncated(`${length} bytes at offset ${offset}`, bytes.length);
  return bytes.subarray(offset, offset + length);
}

/** Views cost nothing, but what is built from them does: a small file must not claim the same bytes again and again. */
function refuseOverlap({ bytes }: ElfFile, sizes: readonly number[]): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > 2 * bytes.length) throw invalid("The parts of the ELF file are larger than the file.", 0, { total });
}

function invalid(message: string, offset: number, more: Readonly<Record<string, unknown>> = {}): EspError {
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
