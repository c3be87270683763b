import { EspError, isEspError } from "../../index.ts";
import type { CliHost, FileKind, WriteOptions } from "./host.ts";
import { systemCode, systemHint, systemWords } from "./system-words.ts";

/**
 * The contents of a file of the line. `kind`: what it is for, which says how large it may be. Throws `file.missing`,
 * `file.unreadable`, `file.too-large`, `operation.aborted`.
 */
export async function readInput(
  host: CliHost,
  file: string,
  kind: FileKind = "firmware",
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await host.files.read(file, { kind });
  } catch (cause) {
    if (isEspError(cause)) throw cause;
    throw readError(file, cause);
  }
}

/** The same of a file that lies in a folder of the line, where a pipe or a device would be waited for. */
export async function readFileInFolder(host: CliHost, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const ofFolder: CliHost = {
    ...host,
    files: { ...host.files, read: (path, options) => host.files.read(path, { ...options, onlyFile: true }) },
  };
  return await readInput(ofFolder, file);
}

/**
 * The same of a file that was read before, to see whether it is as it was: even while the program is being stopped, because
 * what was done by then has to be saved.
 */
export async function readAgain(
  host: CliHost,
  file: string,
  kind: FileKind = "firmware",
): Promise<Uint8Array<ArrayBuffer>> {
  const untilItsEnd: CliHost = {
    ...host,
    files: { ...host.files, read: (path, options) => host.files.read(path, { ...options, signal: undefined }) },
  };
  return await readInput(untilItsEnd, file, kind);
}

/** Before minutes are spent on reading what could not be kept. Throws `file.unwritable`. */
export async function checkOutput(host: CliHost, output: string): Promise<void> {
  try {
    await host.files.checkWritable(output);
  } catch (cause) {
    throw isEspError(cause) ? cause : writeError(output, cause);
  }
}

/** The file is replaced in one step wherever that is possible. Throws `file.unwritable`. */
export async function writeOutput(
  host: CliHost,
  output: string,
  data: Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  try {
    await host.files.writeAtomically(output, data, options);
  } catch (cause) {
    throw isEspError(cause) ? cause : writeError(output, cause);
  }
}

export interface PreciousOutput extends WriteOptions {
  /** What it is, as the beginning of a sentence: "What was read". */
  readonly what: string;
}

/** The same for what took minutes, or cannot be had again: when it cannot be saved it is kept somewhere else. */
export async function writePrecious(
  host: CliHost,
  output: string,
  data: Uint8Array,
  { what, ...options }: PreciousOutput,
): Promise<void> {
  try {
    await writeOutput(host, output, data, options);
  } catch (error) {
    if (!isEspError(error)) throw error;
    const rescued = (await host.files.rescue?.(output, data)) ?? null;
    if (rescued === null) throw error;
    throw new EspError(error.code, `${error.message} ${what} is in '${rescued}'.`, {
      hint: "Move it to where it should be.",
      details: { ...error.details, rescued },
      cause: error,
    });
  }
}

function readError(file: string, cause: unknown): EspError {
  const system = systemCode(cause);
  if (system === "ENOENT") {
    return new EspError("file.missing", `There is no file '${file}'.`, {
      hint: "Check the name and the directory you are in.",
      details: { file },
      cause,
    });
  }
  return new EspError("file.unreadable", `The file '${file}' cannot be read: ${systemWords(cause)}.`, {
    hint: systemHint(cause) ?? "Give a file that you may read.",
    details: { file, system },
    cause,
  });
}

export function writeError(file: string, cause: unknown): EspError {
  const system = systemCode(cause);
  return new EspError("file.unwritable", `The file '${file}' cannot be written: ${systemWords(cause)}.`, {
    hint: systemHint(cause) ?? "Give a file in a directory that you may write to.",
    details: { file, system },
    cause,
  });
}
