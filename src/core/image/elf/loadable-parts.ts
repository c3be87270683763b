// Shelf: what of an ELF file goes into an image.
// In: ELF files.
// Out: their loadable sections or segments, with what is odd about them.

import { type ElfFile, elfView, invalidElf } from "../../elf/elf.ts";
import { sectionNames } from "../../elf/section-names.ts";
import { type ImageNotice, warning } from "../notice.ts";

// Which sections count: fact sheet 5.4.
const SECTION = { programBits: 1, strings: 3, noBits: 8, initArray: 14, finiArray: 15, preinitArray: 16 } as const;
const LOADED_TYPES: ReadonlySet<number> = new Set([
  SECTION.programBits,
  SECTION.initArray,
  SECTION.finiArray,
  SECTION.preinitArray,
]);
const SILENT_TYPES: ReadonlySet<number> = new Set([SECTION.noBits, SECTION.strings]);
const PROGRAM_LOAD = 1;
/** The name pieces from program headers go by. */
export const PROGRAM_PIECE_NAME = "PHDR";

/** A part of the program that goes to an address: a view into the file, not a copy. */
export interface ElfPiece {
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly alignment: number;
}

/**
 * The sections that make up the program, in the file's order, and a warning for each one of a type nobody knows.
 * Throws `image.invalid` and `image.truncated`, with `details.offset`.
 */
export function loadableSections(elf: ElfFile): { readonly pieces: ElfPiece[]; readonly notices: ImageNotice[] } {
  if (elf.sections.length === 0) throw invalidElf("The ELF file has no sections.", 48);
  const nameOf = sectionNames(elf);
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
    name: nameOf(section),
    address: section.address,
    data: elfView(elf, section.fileOffset, section.sizeBytes),
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
    data: elfView(elf, fileOffset, fileBytes),
    alignment,
  }));
}

/** Views cost nothing, but what is built from them does: a small file must not claim the same bytes again and again. */
function refuseOverlap({ bytes }: ElfFile, sizes: readonly number[]): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > 2 * bytes.length) throw invalidElf("The parts of the ELF file are larger than the file.", 0, { total });
}
