import type { DebugInfo } from "../../crash.ts";
import { EspError, isEspError } from "../../index.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import { readInput } from "../host/user-files.ts";

/** A program of the line. */
export interface OpenProgram {
  readonly file: string;
  readonly info: DebugInfo;
}

/** The programs of `--elf`, in order. Throws `file.*`, `image.invalid`, `image.truncated`. */
export async function openPrograms(context: RunContext): Promise<readonly OpenProgram[]> {
  const { host, options, emit } = context;
  const files = options.list("elf");
  if (files.length === 0) return [];
  const [{ debugInfo }, { zstdDecompressor }] = await Promise.all([import("../../crash.ts"), import("../../node.ts")]);
  const zstd = zstdDecompressor();
  const programs: OpenProgram[] = [];
  for (const file of files) {
    const bytes = await readInput(host, file);
    const info = named(file, () => debugInfo(bytes, { zstd }));
    programs.push({ file, info });
    if (!info.hasLines)
      emit({
        session: CLI_SESSION,
        type: "warning",
        code: "elf.no-lines",
        message: `'${file}' has no debug information: there are no files and lines, and functions by their symbols at best.`,
        details: { file },
      });
  }
  return programs;
}

/** With the file's name in the error. */
function named<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isEspError(error)) throw error;
    throw new EspError(error.code, `'${file}': ${error.message}`, {
      hint: error.hint ?? "Give the ELF file of an Xtensa or RISC-V program, as the build left it.",
      details: { ...error.details, file },
      cause: error,
    });
  }
}

/** Throws `argument.invalid`. */
export function requirePrograms(programs: readonly OpenProgram[]): void {
  if (programs.length > 0) return;
  throw new EspError("argument.invalid", "The option --elf is missing.", {
    hint: "Give the program's ELF file, such as --elf build/app.elf.",
  });
}
