import { EspError } from "../../../index.ts";

/** What stands for bytes that are no text in UTF-8, once they have become text. */
const REPLACEMENT = "\ufffd";

/**
 * Throws `argument.invalid` for a word, or a variable of ours, that is not what was typed: the system has bytes for it
 * that are not UTF-8, and what is left of them would be the name of another file.
 */
export function refuseUnreadableWords(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const word = argv.find((candidate) => candidate.includes(REPLACEMENT));
  if (word !== undefined) throw unreadable(`The argument '${word}'`, word);
  const variable = Object.keys(env).find((name) => name.startsWith("ESPTOOL_") && env[name]?.includes(REPLACEMENT));
  if (variable !== undefined) throw unreadable(`The environment variable ${variable}`, env[variable] ?? "");
}

function unreadable(what: string, value: string): EspError {
  return new EspError("argument.invalid", `${what} is not text in UTF-8, so the file it names cannot be told.`, {
    hint: "Rename the file; one in a directory of such a name can be used from within that directory.",
    details: { value },
  });
}
