import { EspError } from "../../../index.ts";
import { parseInteger } from "./integers.ts";
import { parseValue } from "./parse-values.ts";

export interface Pair {
  readonly address: number;
  /** As it was written. */
  readonly addressText: string;
  readonly file: string;
  /** The partition it is for; the address is known when the table is. Null: the address is that of the line. */
  readonly reference: string | null;
}

const HOW = "Write pairs of address and file: 0x0 bootloader.bin 0x10000 app.bin.";

/**
 * Throws `argument.invalid`, and says what was meant where address and file changed places. `byName`: in the place of an
 * address may stand `@NAME`, and in that of a pair `NAME=FILE`. Nothing else that may stand there begins with `@` or has a
 * `=`, and behind an address any word is a file, so that a line means one thing.
 */
export function readPairs(words: readonly string[], byName = false): Pair[] {
  const isNamed = (word: string): boolean => byName && (word.startsWith("@") || isNamedPair(word));
  if (!words.some(isNamed)) refuseSwapped(words);
  const pairs: Pair[] = [];
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    const named = byName ? splitNamed(word) : null;
    if (named !== null) {
      pairs.push(named);
      index += 1;
      continue;
    }
    const file = words[index + 1];
    pairs.push(byName && word.startsWith("@") ? namedPair(word, file) : addressPair(word, file));
    index += 2;
  }
  return pairs;
}

/** `nvs=nvs.bin`, which is a pair by itself. */
export function isNamedPair(word: string): boolean {
  return word.indexOf("=") >= 1 && !word.startsWith("@");
}

/** Null for a word that is no such pair. */
function splitNamed(word: string): Pair | null {
  if (!isNamedPair(word)) return null;
  const at = word.indexOf("=");
  const [reference, file] = [word.slice(0, at), word.slice(at + 1)];
  if (parseInteger(reference) !== null) {
    throw invalid(`'${word}' has an address where a partition's name should be.`, `Write: ${reference} ${file}.`);
  }
  return { address: 0, addressText: reference, reference, file: String(parseValue(file, { kind: "file" }, "FILE")) };
}

function namedPair(word: string, file: string | undefined): Pair {
  const reference = word.slice(1);
  if (reference === "") throw invalid("There is no name behind '@'.", "Write @NAME, such as @nvs.");
  if (!reference.startsWith("name:") && isNamedPair(reference))
    throw invalid(`'${word}' has a file behind its name, and '@' before it.`, `Write: ${reference}.`);
  if (file === undefined) {
    throw invalid(
      `There is no file for the partition '${reference}', and no argument file of that name.`,
      `Write ${reference}=FILE, or the right name of the argument file.`,
    );
  }
  return { address: 0, addressText: word, reference, file: String(parseValue(file, { kind: "file" }, "FILE")) };
}

function addressPair(addressText: string, file: string | undefined): Pair {
  if (file === undefined && parseInteger(addressText) === null && looksLikeFile(addressText)) {
    throw invalid(`There is no address for the file '${addressText}'.`, HOW);
  }
  const address = Number(parseValue(addressText, { kind: "integer" }, "ADDRESS"));
  if (file === undefined) throw invalid(`There is no file for the address ${addressText}.`, HOW);
  return { address, addressText, reference: null, file: String(parseValue(file, { kind: "file" }, "FILE")) };
}

/** A name with a point, a directory, or a stream; a mistyped number is none. */
function looksLikeFile(text: string): boolean {
  return text === "-" || /[./\\]/.test(text);
}

/** A file may be called like a number; an address is never called like a file. */
function refuseSwapped(words: readonly string[]): void {
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [file = "", address = ""] = words.slice(index, index + 2);
    if (parseInteger(file) !== null || parseInteger(address) === null) continue;
    throw invalid(
      `Address and file changed places: '${file}' stands where the address should, and '${address}' where its file should.`,
      `Write the address first: ${address} ${file}.`,
    );
  }
}

function invalid(message: string, hint: string): EspError {
  return new EspError("argument.invalid", message, { hint });
}
