import type { Check } from "../check/check.ts";
import { checkFinite, checkWord, wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkText } from "../check/values.ts";
import { EspError } from "../errors.ts";

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;

/**
 * Bytes of a size by name: `256KB`, `4MB`; the cache layout of `2MB-c1` and `4MB-c1` does not count.
 * Throws `flash.unsupported-size` for text that is no size.
 */
export function flashSizeBytes(name: string): number {
  checkText(name, "name");
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
  checkFinite(sizeBytes, "sizeBytes");
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
  wholeNumber(-0x8000_0000, 0xffff_ffff)(word, "word");
  return { vendor: word & 0xff, device: (word & 0xff00) | ((word >>> 16) & 0xff) };
}

/** Capacity codes in use (fact sheet 3.11); 1A and 20 both mean 64 MB, and so on. */
const SIZE_BY_CODE: ReadonlyMap<number, string> = new Map([
  [0x12, "256KB"],
  [0x13, "512KB"],
  [0x14, "1MB"],
  [0x15, "2MB"],
  [0x16, "4MB"],
  [0x17, "8MB"],
  [0x18, "16MB"],
  [0x19, "32MB"],
  [0x1a, "64MB"],
  [0x1b, "128MB"],
  [0x1c, "256MB"],
  [0x20, "64MB"],
  [0x21, "128MB"],
  [0x22, "256MB"],
  [0x32, "256KB"],
  [0x33, "512KB"],
  [0x34, "1MB"],
  [0x35, "2MB"],
  [0x36, "4MB"],
  [0x37, "8MB"],
  [0x38, "16MB"],
  [0x39, "32MB"],
  [0x3a, "64MB"],
]);

const ADESTO = 0x1f;

/** Adesto counts differently, in the low five bits of the type byte. */
const ADESTO_SIZE_BY_CODE: ReadonlyMap<number, string> = new Map([
  [0x04, "512KB"],
  [0x05, "1MB"],
  [0x06, "2MB"],
  [0x07, "4MB"],
  [0x08, "8MB"],
  [0x09, "16MB"],
]);

const checkJedecId: Check<JedecId> = shape<JedecId>({ vendor: checkWord, device: checkWord });

/** Name of the flash size a JEDEC id stands for, or null when its code is unknown; `flashSizeBytes` has the bytes. */
export function flashSizeOfJedecId(id: JedecId): string | null {
  const { vendor, device } = checkJedecId(id, "id");
  if (vendor === ADESTO) return ADESTO_SIZE_BY_CODE.get((device >>> 8) & 0x1f) ?? null;
  return SIZE_BY_CODE.get(device & 0xff) ?? null;
}
