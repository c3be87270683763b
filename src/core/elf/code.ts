import { lastOf } from "../bytes/search-sorted.ts";
import type { ElfFile, ElfSection } from "./elf.ts";

const PROGRAM_BITS = 1;
const EXECUTABLE = 4;

/** The sections whose contents are instructions, by address. */
export function codeSections(elf: ElfFile): readonly ElfSection[] {
  return elf.sections
    .filter(({ type, flags, sizeBytes, address }) => isCode(type, flags) && sizeBytes > 0 && address !== 0)
    .toSorted((one, other) => one.address - other.address);
}

function isCode(type: number, flags: number): boolean {
  return type === PROGRAM_BITS && (flags & EXECUTABLE) !== 0;
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
