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
  return nameOf(sizeBytes);
}

function nameOf(sizeBytes: number): string {
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
  return jedecIdOf(word);
}

function jedecIdOf(word: number): JedecId {
  return { vendor: word & 0xff, device: (word & 0xff00) | ((word >>> 16) & 0xff) };
}

/** Codes of capacities that follow each other, and what the first is as a power of two; each next one is twice as much. */
type CodeRun = readonly [first: number, last: number, exponent: number];

/** Capacity codes in use (fact sheet 3.11); 1A and 20 both mean 64 MB, and so on. */
const CODES: readonly CodeRun[] = [
  [0x12, 0x1c, 18],
  [0x20, 0x22, 26],
  [0x32, 0x3a, 18],
];

const ADESTO = 0x1f;

/** Adesto counts differently, in the low five bits of the type byte. */
const ADESTO_CODES: readonly CodeRun[] = [[0x04, 0x09, 19]];

const checkJedecId: Check<JedecId> = shape<JedecId>({ vendor: checkWord, device: checkWord });

/** Name of the flash size a JEDEC id stands for, or null when its code is unknown; `flashSizeBytes` has the bytes. */
export function flashSizeOfJedecId(id: JedecId): string | null {
  return sizeOf(checkJedecId(id, "id"))?.name ?? null;
}

/** A size of flash in both ways to tell it. */
export interface NamedSize {
  readonly sizeBytes: number;
  readonly name: string;
}

/** What the word that `parseJedecId` splits says of the size; null when its code is unknown. */
export function flashSizeOfJedecWord(word: number): NamedSize | null {
  return sizeOf(jedecIdOf(word));
}

function sizeOf({ vendor, device }: JedecId): NamedSize | null {
  const [runs, code] = vendor === ADESTO ? [ADESTO_CODES, (device >>> 8) & 0x1f] : [CODES, device & 0xff];
  const run = runs.find(([first, last]) => code >= first && code <= last);
  if (run === undefined) return null;
  const [first, , exponent] = run;
  const sizeBytes = 2 ** (exponent + code - first);
  return { sizeBytes, name: nameOf(sizeBytes) };
}
