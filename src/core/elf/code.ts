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
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sections[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const section = sections[low - 1];
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
