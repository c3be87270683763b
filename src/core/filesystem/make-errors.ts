import { EspError } from "../errors.ts";

export function fullError(what: string, sizeBytes: number): EspError {
  return new EspError("filesystem.full", `The files do not fit into a ${what} of ${sizeBytes} bytes.`, {
    hint: "Leave files out, or make the partition larger.",
    details: { sizeBytes },
  });
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
