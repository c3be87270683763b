import { EspError } from "../../index.ts";
import type { CliHost } from "../host.ts";

/** The contents of a file of the line. Throws `file.missing`, `file.unreadable`. */
export async function readInput(host: CliHost, file: string): Promise<Uint8Array> {
  try {
    return await host.files.read(file);
  } catch (cause) {
    throw readError(file, cause);
  }
}

/** Before minutes are spent on reading what could not be kept. Throws `file.unwritable`. */
export async function checkOutput(host: CliHost, output: string): Promise<void> {
  try {
    await host.files.checkWritable(output);
  } catch (cause) {
    throw writeError(output, cause);
  }
}

/** The file is replaced in one step. Throws `file.unwritable`. */
export async function writeOutput(host: CliHost, output: string, data: Uint8Array): Promise<void> {
  try {
    await host.files.writeAtomically(output, data);
  } catch (cause) {
    throw writeError(output, cause);
  }
}

export function systemCode(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : String(cause);
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is not a directory",
  ENOENT: "the directory does not exist",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

function readError(file: string, cause: unknown): EspError {
  const system = systemCode(cause);
  if (system === "ENOENT") {
    return new EspError("file.missing", `There is no file '${file}'.`, {
      hint: "Check the name and the directory you are in.",
      details: { file },
      cause,
    });
  }
  return new EspError("file.unreadable", `The file '${file}' cannot be read: ${SYSTEM_WORDS[system] ?? system}.`, {
    hint: "Give a file that you may read.",
    details: { file, system },
    cause,
  });
}

export function writeError(file: string, cause: unknown): EspError {
  const system = systemCode(cause);
  return new EspError("file.unwritable", `The file '${file}' cannot be written: ${SYSTEM_WORDS[system] ?? system}.`, {
    hint: "Give a file in a directory that you may write to.",
    details: { file, system },
    cause,
  });
}
