import { EspError } from "../../../index.ts";
import { parseInteger } from "./integers.ts";
import { parseValue } from "./parse-values.ts";

export interface Pair {
  readonly address: number;
  /** As it was written. */
  readonly addressText: string;
  readonly file: string;
}

const HOW = "Write pairs of address and file: 0x0 bootloader.bin 0x10000 app.bin.";

/** Throws `argument.invalid`, and says what was meant where address and file changed places. */
export function readPairs(words: readonly string[]): Pair[] {
  refuseSwapped(words);
  const pairs: Pair[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const addressText = words[index] ?? "";
    const file = words[index + 1];
    if (file === undefined && parseInteger(addressText) === null && looksLikeFile(addressText)) {
      throw invalid(`There is no address for the file '${addressText}'.`, HOW);
    }
    const address = parseValue(addressText, { kind: "integer" }, "ADDRESS");
    if (file === undefined) throw invalid(`There is no file for the address ${addressText}.`, HOW);
    pairs.push({
      address: Number(address),
      addressText,
      file: String(parseValue(file, { kind: "file" }, "FILE")),
    });
  }
  return pairs;
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
