import { lastOf } from "../bytes/search-sorted.ts";
import type { ElfFile, ElfSection } from "./elf.ts";

const PROGRAM_BITS = 1;
/** A section without its contents: what `objcopy --only-keep-debug` makes of code. */
const NO_BITS = 8;
const EXECUTABLE = 4;

/** The sections whose contents are instructions, by address; in a file of debug information alone, where they were. */
export function codeSections(elf: ElfFile): readonly ElfSection[] {
  const sections = elf.sections
    .filter(({ flags, sizeBytes, address }) => (flags & EXECUTABLE) !== 0 && sizeBytes > 0 && address !== 0)
    .toSorted((one, other) => one.address - other.address);
  const stored = sections.filter(({ type }) => type === PROGRAM_BITS);
  return stored.length > 0 ? stored : sections.filter(({ type }) => type === NO_BITS);
}

/** The section of an ascending list that holds the address. */
export function sectionHolding(sections: readonly ElfSection[], address: number): ElfSection | null {
  const section = lastOf(sections, (one) => one.address, address);
  return section !== undefined && address < section.address + section.sizeBytes ? section : null;
}

/** What the program has in memory at an address, as a view; null where the file does not tell all of it. */
export function programBytes(elf: ElfFile, address: number, sizeBytes: number): Uint8Array<ArrayBuffer> | null {
  const section = elf.sections.find(
    (one) =>
      one.type === PROGRAM_BITS &&
      one.address !== 0 &&
      address >= one.address &&
      address + sizeBytes <= one.address + one.sizeBytes,
  );
  if (section === undefined) return null;
  const offset = section.fileOffset + (address - section.address);
  return offset + sizeBytes <= elf.bytes.length ? elf.bytes.subarray(offset, offset + sizeBytes) : null;
}
