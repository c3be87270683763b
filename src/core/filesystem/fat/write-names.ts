import { writeU16 } from "../../bytes/words.ts";
import { nameError, pathError } from "../make-errors.ts";
import { toCodePage } from "./code-page.ts";
import { LAST_LONG, LOWER_BASE, LOWER_EXTENSION, shortNameChecksum, UNITS_AT } from "./directory-entries.ts";
import { ATTRIBUTE, DIRECTORY_ENTRY_BYTES } from "./fat-layout.ts";

/** How a name stands in a directory. */
export interface WrittenName {
  /** Eight letters and three, with blanks. */
  readonly short: Uint8Array;
  /** Which of both parts are in small letters. */
  readonly cases: number;
  /** The entries of the long name, in the order in which they stand before that of the file. */
  readonly long: readonly Uint8Array[];
}

const LONGEST_UNITS = 255;
const PER_PIECE = UNITS_AT.length;
/** Of no name at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const NEVER = /[\u0000-\u001f"*/:<>?\\|\u007f]/;
/** Of no short name. */
const NOT_SHORT = /[ +,;=[\].]/;

/** `taken`: the short names of the directory so far; it is added to. Throws `filesystem.bad-name`. */
export function writeName(path: string, name: string, hasLongNames: boolean, taken: Set<string>): WrittenName {
  if (NEVER.test(name) || /[. ]$/.test(name)) throw pathError(path, "letters");
  const plain = plainShort(name, hasLongNames);
  if (plain !== null) return { ...plain, short: take(plain.short, taken, path), long: [] };
  if (!hasLongNames) throw pathError(path, "short");
  if (name.length > LONGEST_UNITS) throw nameError(path, LONGEST_UNITS);
  const short = take(shortened(name, taken), taken, path);
  return { short, cases: 0, long: longPieces(name, shortNameChecksum(short)) };
}

/** A name that needs no long one: of one case in each of its parts. Null: it does. */
function plainShort(name: string, hasLongNames: boolean): Omit<WrittenName, "long"> | null {
  const dot = name.lastIndexOf(".");
  const [base, extension] = dot === -1 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
  if (base === "" || base.length > 8 || extension.length > 3) return null;
  if (NOT_SHORT.test(base) || NOT_SHORT.test(extension)) return null;
  const isLower = (part: string): boolean => part !== upper(part);
  const isMixed = (part: string): boolean => isLower(part) && part !== lower(part);
  if (isMixed(base) || isMixed(extension)) return null;
  if ((isLower(base) || isLower(extension)) && !hasLongNames) return null;
  const short = padded(upper(base), upper(extension));
  const cases = (isLower(base) ? LOWER_BASE : 0) | (isLower(extension) ? LOWER_EXTENSION : 0);
  return short === null ? null : { short, cases };
}

/** Of ASCII alone: what letters beyond it become depends on who reads them. */
function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Null: a letter is not in the code page. */
function padded(base: string, extension: string): Uint8Array | null {
  const [first, second] = [toCodePage(base), toCodePage(extension)];
  if (first === null || second === null) return null;
  const short = new Uint8Array(11).fill(0x20);
  short.set(first, 0);
  short.set(second, 8);
  // The mark of a deleted entry stands in another way where it is a letter.
  if (short[0] === 0xe5) short[0] = 0x05;
  return short;
}

/** The first letters with a number that no other has; blanks are kept, as the original generator does. */
function shortened(name: string, taken: ReadonlySet<string>): Uint8Array {
  const dot = name.lastIndexOf(".");
  const isSplit = dot > 0;
  const clean = (part: string): string =>
    Array.from(upper(part), (letter) => (/[ A-Z0-9!#$%&'()@^_`{}~-]/.test(letter) ? letter : "_")).join("");
  const base = clean(isSplit ? name.slice(0, dot) : name).replace(/^ +/, (blanks) => "_".repeat(blanks.length));
  const extension = isSplit ? clean(name.slice(dot + 1)).slice(0, 3) : "";
  for (let number = 1; ; number++) {
    const end = `~${number}`;
    const short = padded(`${base.slice(0, 8 - end.length)}${end}`, extension) ?? new Uint8Array(11).fill(0x5f);
    if (!taken.has(short.join())) return short;
  }
}

/** Names that differ in case alone are one. */
function take(short: Uint8Array, taken: Set<string>, path: string): Uint8Array {
  if (taken.has(short.join())) throw pathError(path, "twice");
  taken.add(short.join());
  return short;
}

function longPieces(name: string, checksum: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < name.length; start += PER_PIECE) {
    const entry = new Uint8Array(DIRECTORY_ENTRY_BYTES);
    const number = start / PER_PIECE + 1;
    entry[0] = number | (start + PER_PIECE >= name.length ? LAST_LONG : 0);
    entry[11] = ATTRIBUTE.longName;
    entry[13] = checksum;
    for (const [index, at] of UNITS_AT.entries()) {
      const unit = start + index;
      writeU16(entry, at, unit < name.length ? name.charCodeAt(unit) : unit === name.length ? 0 : 0xffff);
    }
    pieces.push(entry);
  }
  return pieces.reverse();
}
