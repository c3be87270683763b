import { EspError, isEspError } from "../../index.ts";
import type { CliFiles } from "../host/host.ts";
import { systemCode, systemHint, systemWords } from "../host/system-words.ts";
import { decodeText, TEXT_HINT } from "../host/utf8-text.ts";
import { splitShellWords } from "./shell-words.ts";

/** In the place of an argument file. A file of that name is `@./-`. */
export const STANDARD_INPUT = "@-";

/** `nvs=nvs.bin`. */
const PLACE_AND_FILE = /^[^/\\=]+=./;

/**
 * Replaces each word that begins with `@` by the words of that file, line by line, wherever it stands. Words from a file
 * are taken as they are: one level, no recursion (fact sheet 2.7). Where a partition may be meant and no such file is there,
 * the word stays.
 *
 * `@-` is what `files` has under the name `-`: standard input, which can be read once.
 *
 * Throws `file.missing`, `file.unreadable`, `file.too-large`, `argument.conflict` for a second `@-`, and `argument.invalid`
 * for a quote that is not closed.
 */
export async function expandArgumentFiles(
  argv: readonly string[],
  files: CliFiles,
  mayBePartition: (index: number) => boolean = () => false,
): Promise<readonly string[]> {
  if (argv.filter((word) => word === STANDARD_INPUT).length > 1)
    throw new EspError("argument.conflict", "Standard input (@-) can be the argument file only once.", {
      hint: "Name a file for the others.",
    });
  const words: string[] = [];
  for (const [index, word] of argv.entries()) {
    if (!word.startsWith("@")) words.push(word);
    // A file there is counts first, as it always has.
    else if (mayBePartition(index) && /^@[^/\\]+$/.test(word) && !(await files.exists(word.slice(1)))) words.push(word);
    // One by one: so many arguments as a file may have no function takes at once.
    else for (const found of await wordsOf(word.slice(1), files)) words.push(found);
  }
  return words;
}

async function wordsOf(file: string, files: CliFiles): Promise<string[]> {
  const text = await readText(file, files);
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const words = splitShellWords(line);
    if (words !== null) return words;
    throw new EspError("argument.invalid", `Line ${index + 1} of the argument file '${file}' has an open quote.`, {
      hint: "Close it, or write a backslash before a quote that is meant as it is.",
      details: { file, line: index + 1 },
    });
  });
}

async function readText(file: string, files: CliFiles): Promise<string> {
  const decoded = decodeText(await readBytes(file, files));
  if ("text" in decoded) return decoded.text;
  throw new EspError("file.unreadable", `The argument file '${file}' cannot be read: ${decoded.why}.`, {
    hint: TEXT_HINT,
    details: { file },
  });
}

async function readBytes(file: string, files: CliFiles): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await files.read(file, { kind: "arguments" });
  } catch (cause) {
    if (isEspError(cause)) throw cause;
    const system = systemCode(cause);
    const details = { file, system };
    if (system === "ENOENT" || file === "") {
      throw new EspError("file.missing", `There is no argument file '${file}'.`, {
        hint: PLACE_AND_FILE.test(file)
          ? "A word that begins with @ names a file with further arguments; a file for a partition is written NAME=FILE, without @."
          : "A word that begins with @ names a file with further arguments; write ./@NAME for a file of that name.",
        details,
        cause,
      });
    }
    throw new EspError("file.unreadable", `The argument file '${file}' cannot be read: ${systemWords(cause)}.`, {
      hint: systemHint(cause) ?? "Give a text file that you may read.",
      details,
      cause,
    });
  }
}
