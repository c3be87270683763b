/** What an input is for. */
export type InputKind =
  | "firmware"
  | "chip-state"
  | "key"
  | "password"
  | "efuses"
  | "efuse-table"
  | "config"
  | "arguments";

/** How much of an input is read at most, and what it is called when there is more. */
export interface InputBound {
  readonly what: string;
  /** Of a file on a disk, whose size is known before it is read. */
  readonly fileBytes: number;
  /** Of a pipe or a device, which may never end. */
  readonly streamBytes: number;
}

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/** The same for a pipe: a file that small is no matter. */
const small = (what: string, sizeBytes: number): InputBound => ({
  what,
  fileBytes: sizeBytes,
  streamBytes: sizeBytes,
});

/** By what the input is for: what could ever be used, with room to spare. */
export const INPUT_BOUNDS: Readonly<Record<InputKind, InputBound>> = {
  // The largest flash has 128 MB; an ELF file has debug information besides.
  firmware: { what: "a firmware file", fileBytes: 1024 * MEGABYTE, streamBytes: 256 * MEGABYTE },
  // 256 MB of flash and NAND flash, in base64.
  "chip-state": { what: "the state of a virtual chip", fileBytes: 512 * MEGABYTE, streamBytes: 512 * MEGABYTE },
  key: small("a key file", MEGABYTE),
  password: small("a password file", 64 * KILOBYTE),
  efuses: small("a file of eFuses", MEGABYTE),
  "efuse-table": small("a table of eFuses", MEGABYTE),
  config: small("a configuration file", 256 * KILOBYTE),
  arguments: small("an argument file", 256 * KILOBYTE),
};

/** 256 KB, 1 GB, 5.2 GB. */
export function sizeText(sizeBytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"] as const;
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
