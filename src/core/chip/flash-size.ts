import { EspError } from "../errors.ts";

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;

/**
 * Bytes of a size by name: `256KB`, `4MB`; the cache layout of `2MB-c1` and `4MB-c1` does not count.
 * Throws `flash.unsupported-size` for text that is no size.
 */
export function flashSizeBytes(name: string): number {
  const match = /^([1-9]\d*)(KB|MB)(-c1)?$/.exec(name);
  if (match === null) {
    throw new EspError("flash.unsupported-size", `'${name}' is no flash size.`, {
      hint: "Give a size like 512KB or 4MB.",
      details: { size: name },
    });
  }
  return Number(match[1]) * (match[2] === "MB" ? MEGABYTE : KILOBYTE);
}

/** The name of a size in bytes (`4MB`, `256KB`), or null when it is no whole number of kilobytes. */
export function flashSizeName(sizeBytes: number): string | null {
  if (sizeBytes <= 0 || sizeBytes % KILOBYTE !== 0) return null;
  return sizeBytes % MEGABYTE === 0 ? `${sizeBytes / MEGABYTE}MB` : `${sizeBytes / KILOBYTE}KB`;
}

/** What a flash chip says to command 9F. */
export interface JedecId {
  readonly vendor: number;
  /** Type in the high byte, capacity in the low. */
  readonly device: number;
}

/** Splits the 24 bits that command 9F leaves in the SPI data register, first byte lowest. */
export function parseJedecId(word: number): JedecId {
  return { vendor: word & 0xff, device: (word & 0xff00) | ((word >>> 16) & 0xff) };
}

/** Capacity codes in use (fact sheet 3.11); 1A and 20 both mean 64 MB, and so on. */
const SIZE_BY_CODE: Readonly<Record<number, string>> = {
  18: "256KB",
  19: "512KB",
  20: "1MB",
  21: "2MB",
  22: "4MB",
  23: "8MB",
  24: "16MB",
  25: "32MB",
  26: "64MB",
  27: "128MB",
  28: "256MB",
  32: "64MB",
  33: "128MB",
  34: "256MB",
  50: "256KB",
  51: "512KB",
  52: "1MB",
  53: "2MB",
  54: "4MB",
  55: "8MB",
  56: "16MB",
  57: "32MB",
  58: "64MB",
};

const ADESTO = 0x1f;

/** Adesto counts differently, in the low five bits of the type byte. */
const ADESTO_SIZE_BY_CODE: Readonly<Record<number, string>> = {
  4: "512KB",
  5: "1MB",
  6: "2MB",
  7: "4MB",
  8: "8MB",
  9: "16MB",
};

/** Name of the flash size a JEDEC id stands for, or null when its code is unknown; `flashSizeBytes` has the bytes. */
export function flashSizeOfJedecId({ vendor, device }: JedecId): string | null {
  if (vendor === ADESTO) return ADESTO_SIZE_BY_CODE[(device >>> 8) & 0x1f] ?? null;
  return SIZE_BY_CODE[device & 0xff] ?? null;
}
