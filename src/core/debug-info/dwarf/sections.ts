import type { ElfFile } from "../../elf/elf.ts";
import { type Decompressors, sectionContents } from "../../elf/section-contents.ts";
import { sectionNames } from "../../elf/section-names.ts";
import { EspError } from "../../errors.ts";

/** What is wrong with the debug information, where; the answers that rest on it are missing, others are not. */
export interface DebugInfoProblem {
  readonly section: string;
  /** In the section, in bytes. */
  readonly offset: number;
  /** A sentence. */
  readonly message: string;
}

const NAMES = {
  info: ".debug_info",
  abbreviations: ".debug_abbrev",
  line: ".debug_line",
  strings: ".debug_str",
  lineStrings: ".debug_line_str",
  ranges: ".debug_ranges",
  rangeLists: ".debug_rnglists",
  addresses: ".debug_addr",
  stringOffsets: ".debug_str_offsets",
  frame: ".debug_frame",
  ehFrame: ".eh_frame",
} as const;

export type DebugSectionKey = keyof typeof NAMES;

/** The debug sections of a file, empty where it has none. */
export type DebugSections = Readonly<Record<DebugSectionKey, Uint8Array>> & {
  /**
   * What may still be read of lists that entries refer to. Each is read about once; a file in which many entries refer to the
   * same long list would take for ever.
   */
  readonly budget: { ranges: number; lineBytes: number };
  /** Where `.eh_frame` is in the chip's memory: its pointers count from there. */
  readonly ehFrameAddress: number;
};

const SPARE = 65_536;
const NOTHING = new Uint8Array(0);

/** Of a file without sections: a core dump. */
export const NO_DEBUG_SECTIONS: DebugSections = {
  ...(Object.fromEntries(Object.keys(NAMES).map((key) => [key, NOTHING])) as Record<DebugSectionKey, Uint8Array>),
  ehFrameAddress: 0,
  budget: { ranges: 0, lineBytes: 0 },
};

/** Finds the debug sections; one that cannot be had is a problem, and empty. */
export function debugSections(
  elf: ElfFile,
  report: (problem: DebugInfoProblem) => void,
  decompressors: Decompressors = {},
): DebugSections {
  const nameOf = sectionNames(elf);
  const found = new Map<string, { readonly bytes: Uint8Array; readonly address: number }>();
  const wanted = new Set<string>(Object.values(NAMES));
  for (const section of elf.sections) {
    try {
      const name = nameOf(section);
      if (!wanted.has(name) || found.has(name)) continue;
      found.set(name, { bytes: sectionContents(elf, section, name, decompressors), address: section.address });
    } catch (error) {
      report(problemOf(error, "ELF", section.fileOffset));
    }
  }
  const contents = Object.fromEntries(
    (Object.entries(NAMES) as [DebugSectionKey, string][]).map(([key, name]) => [
      key,
      found.get(name)?.bytes ?? NOTHING,
    ]),
  ) as Record<DebugSectionKey, Uint8Array>;
  return {
    ...contents,
    ehFrameAddress: found.get(NAMES.ehFrame)?.address ?? 0,
    budget: {
      ranges: contents.ranges.length + contents.rangeLists.length + SPARE,
      lineBytes: 4 * contents.line.length + SPARE,
    },
  };
}

/** What was caught, as a problem. Anything but damage is a fault of this program and goes on. */
export function problemOf(error: unknown, section: string, offset: number): DebugInfoProblem {
  if (!(error instanceof EspError)) throw error;
  const { details } = error;
  return {
    section: typeof details["section"] === "string" ? details["section"] : section,
    offset: typeof details["offset"] === "number" ? details["offset"] : offset,
    message: error.message,
  };
}
