import { checkDebugInfo, type DebugInfo } from "../../debug-info/debug-info.ts";
import { type ElfFile, readAscii } from "../../elf/elf.ts";
import { sectionNames } from "../../elf/section-names.ts";

/** Texts that are in the file alone, and in no memory of the device, are in this section, from address 0 on. */
const NOT_LOADED = ".noload";
const HIGHEST_NOT_LOADED = 0x00ff_ffff;
const NO_BITS = 8;
const MOST_CHARACTERS = 1024;

/** The text at an address, up to its zero; null where none of the programs has one there. */
export function programText(programs: readonly DebugInfo[], address: number): string | null {
  for (const program of programs) {
    const text = textIn(checkDebugInfo(program, "programs").elf, address);
    if (text !== null) return text;
  }
  return null;
}

function textIn(elf: ElfFile, address: number): string | null {
  const nameOf = sectionNames(elf);
  for (const section of elf.sections) {
    const offset = address - section.address;
    if (section.type === NO_BITS || offset < 0 || offset >= section.sizeBytes) continue;
    const isNotLoaded = safely(() => nameOf(section)) === NOT_LOADED;
    if (isNotLoaded ? address > HIGHEST_NOT_LOADED : section.address === 0) continue;
    const start = section.fileOffset + offset;
    const end = elf.bytes.indexOf(0, start);
    const last = Math.min(
      end < 0 ? elf.bytes.length : end,
      section.fileOffset + section.sizeBytes,
      start + MOST_CHARACTERS,
    );
    return last < start ? null : readAscii(elf.bytes, start, last - start);
  }
  return null;
}

/** A name that is damaged is that of another section. */
function safely(name: () => string): string | null {
  try {
    return name();
  } catch {
    return null;
  }
}
