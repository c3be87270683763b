import { type ElfFile, type ElfSection, elfView, invalidElf, readAscii } from "./elf.ts";

const STRINGS = 3;
/** Longer names are cut: a broken file may have one name that reaches to its end for each of its sections. */
const MAXIMUM_NAME_BYTES = 256;

/**
 * Tells the name of each section. Throws `image.invalid` for a file without a table of names, and later for a name outside
 * of it.
 */
export function sectionNames(elf: ElfFile): (section: ElfSection) => string {
  const table = elf.sections[elf.nameTableIndex];
  if (table === undefined || table.type !== STRINGS)
    throw invalidElf("The ELF file has no table of section names.", 50);
  const names = elfView(elf, table.fileOffset, table.sizeBytes);
  return ({ nameOffset }) => {
    if (nameOffset >= names.length)
      throw invalidElf("A section of the ELF file has a name outside the table of names.", nameOffset);
    return nameAt(names, nameOffset);
  };
}

/** The text up to the next zero; of what is longer than 256 bytes the beginning. */
export function nameAt(names: Uint8Array, offset: number): string {
  const end = names.subarray(offset, offset + MAXIMUM_NAME_BYTES).indexOf(0);
  return readAscii(names, offset, end === -1 ? MAXIMUM_NAME_BYTES : end);
}
