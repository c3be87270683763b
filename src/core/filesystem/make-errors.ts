import { EspError } from "../errors.ts";

/** `missingBytes`: by how much it is too small. */
export function fullError(what: string, sizeBytes: number, missingBytes: number): EspError {
  return new EspError(
    "filesystem.full",
    `The files do not fit into a ${what} of ${sizeBytes} bytes: ${missingBytes} bytes are missing.`,
    {
      hint: "Leave files out, or make the partition larger.",
      details: { sizeBytes, missingBytes },
    },
  );
}

export function nameError(path: string, longest: number): EspError {
  return new EspError("filesystem.bad-name", `The name '${path}' is longer than ${longest} bytes.`, {
    hint: "Give the file a shorter name.",
    details: { path, longestBytes: longest },
  });
}

export function sizeError(sizeBytes: number, multiple: number): EspError {
  return new EspError("filesystem.bad-size", `The size is a multiple of ${multiple} bytes, and ${sizeBytes} is none.`, {
    hint: "Give the size that the partition table has for the partition.",
    details: { sizeBytes, multiple },
  });
}

const PATHS = {
  parts: "has a part that is empty, '.' or '..', or a NUL in it",
  deep: "nests too deep",
  twice: "is there twice",
  file: "leads through a file",
  letters: "has letters that this file system has no sign for",
  short: "is no name of eight and three letters, and the file system is made without long names",
} as const;

export function pathError(path: string, reason: keyof typeof PATHS): EspError {
  return new EspError("filesystem.bad-name", `The path '${path}' ${PATHS[reason]}.`, {
    hint: reason === "short" ? "Allow long names, or give the file a shorter one." : "Give the file another name.",
    details: { path, reason },
  });
}
