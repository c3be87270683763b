import { EspError } from "../../index.ts";
import type { Pair } from "../command-line.ts";
import type { CliHost } from "../host.ts";
import type { RunContext } from "./context.ts";

export interface NamedFile {
  readonly address: number;
  readonly name: string;
  readonly data: Uint8Array;
}

/** All files of the line, before anything is done to a chip. Throws `file.missing`, `file.unreadable`. */
export async function readPairs({ host, arguments: { pairs } }: RunContext): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const pair of pairs) files.push(await readPair(host, pair));
  return files;
}

async function readPair(host: CliHost, { address, file }: Pair): Promise<NamedFile> {
  try {
    return { address, name: file, data: await host.files.read(file) };
  } catch (cause) {
    throw readError(file, cause);
  }
}

function systemCode(cause: unknown): string {
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
