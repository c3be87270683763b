import type { Program, RomNames } from "../../../crash.ts";
import { EspError, isEspError } from "../../../index.ts";

/** Enough to see that a file is none of text. */
const LOOKED_AT_BYTES = 4096;

/**
 * What is in a file: a program, or names of functions in ROM. Throws `image.invalid` and `image.truncated` for all else, with the file's
 * name where it is given.
 */
export async function openProgram(bytes: Uint8Array<ArrayBuffer>, file?: string): Promise<Program> {
  const [{ debugInfo, romNames }, { zstdDecompressor }] = await Promise.all([
    import("../../../crash.ts"),
    import("../../../node.ts"),
  ]);
  try {
    return namesIn(bytes, romNames) ?? debugInfo(bytes, { zstd: zstdDecompressor() });
  } catch (error) {
    throw file === undefined ? error : withFile(file, error);
  }
}

/** Null where there are none: it is to be an ELF file, which begins with zeros among other things. */
function namesIn(bytes: Uint8Array<ArrayBuffer>, read: (bytes: Uint8Array) => RomNames): RomNames | null {
  if (bytes.length === 0 || bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return null;
  try {
    return read(bytes);
  } catch {
    return null;
  }
}

/** The same error with the file's name in it. */
export function withFile(file: string, error: unknown): unknown {
  if (!isEspError(error)) return error;
  return new EspError(error.code, `'${file}': ${error.message}`, {
    hint: error.hint ?? "Give the ELF file of an Xtensa or RISC-V program, as the build left it.",
    details: { ...error.details, file },
    cause: error,
  });
}
