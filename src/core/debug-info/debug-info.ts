// Room: debug information of programs: which function, file and line an address belongs to, and how to find its caller.
// In: the bytes of an ELF file.
// Out: frames for addresses, rules for unwinding, places of structure members; with what is damaged.

import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, invalidArgument, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkFunction } from "../check/values.ts";
import type { ElfMachine } from "../elf/elf.ts";
import type { Decompressors } from "../elf/section-contents.ts";
import type { DebugInfoProblem } from "./dwarf/sections.ts";
import { OpenDebugInfo } from "./open-debug-info.ts";

/** A program's debug information, as `debugInfo` gives it. What is in the file is read when it is asked for. */
export interface DebugInfo {
  readonly machine: ElfMachine;
  /** Of the whole file, in hexadecimal digits: programs print the beginning of it. Calculated when it is asked for. */
  readonly elfSha256: string;
  /** Where the program begins. */
  readonly entry: number;
  /** Whether the file tells files and lines; a stripped one has names from symbols at best. */
  readonly hasLines: boolean;
  /** Whether it is what a chip has in its ROM, not a program that runs on one. */
  readonly isRom: boolean;
  /** What has been found damaged so far: the answers that rest on it are missing, others are not. */
  readonly problems: readonly DebugInfoProblem[];
}

/** What is compressed with zstd is a problem, told by name, where nothing is given for it; zlib is known. */
export interface DebugInfoOptions extends Decompressors {}

const checkOptions: Check<DebugInfoOptions> = shape<DebugInfoOptions>({ zstd: optional(checkFunction) });

const OPEN = new WeakMap<object, OpenDebugInfo>();

/**
 * Opens the debug information of a 32-bit Xtensa or RISC-V ELF file, which is kept as it is and must not change. Throws
 * `image.invalid` and `image.truncated` for what is no such file; damage further inside is told in `problems`. `zstd` unpacks sections
 * that are compressed with it: `zstdDecompressor()` of the door for Node gives that of Node 22.15 and later.
 *
 * @example
 * const info = debugInfo(await readFile("build/app.elf"));
 * lookUp(info, 0x42001234)?.frames; // [{ functionName: "app_main", file: "/src/main.c", line: 12, isInlined: false, ... }]
 */
export function debugInfo(bytes: ByteSource, options: DebugInfoOptions = {}): DebugInfo {
  const open = new OpenDebugInfo(checkBytes(bytes, "bytes"), checkOptions(options, "options"));
  const { machine, entry } = open.elf;
  const info: DebugInfo = Object.freeze({
    machine,
    entry,
    get elfSha256() {
      return open.elfSha256;
    },
    hasLines: open.sections.line.length > 0,
    isRom: open.isRom,
    problems: open.problems,
  });
  OPEN.set(info, open);
  return info;
}

/** From the debug information as its user holds it to what is inside. Throws `argument.invalid`. */
export const checkDebugInfo: Check<OpenDebugInfo> = (value, argument) => {
  const open = typeof value === "object" && value !== null ? OPEN.get(value) : undefined;
  if (open !== undefined) return open;
  throw invalidArgument(
    argument,
    value,
    "debug information, as debugInfo gives it",
    "Give the object itself that debugInfo gave, not a copy of it.",
  );
};
