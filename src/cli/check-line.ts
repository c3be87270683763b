import { EspError } from "../index.ts";
import type { CliHost } from "./host/host.ts";

/** Throws `argument.invalid` for what is no line of words, or no host: there is nowhere to say anything else then. */
export function checkLine(argv: readonly string[], host: CliHost): readonly string[] {
  const words: unknown = attempt(() => Array.from(argv as Iterable<unknown>));
  if (typeof argv !== "object" || !Array.isArray(words) || !words.every((word) => typeof word === "string"))
    throw wrong("argv", "must be an array of strings, the words of the line");
  const isHost = attempt(() => [host.stdout, host.stderr].every(({ write }) => typeof write === "function"));
  if (isHost !== true) throw wrong("host", "must be a host, as nodeHost() gives it");
  return words;
}

function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

function wrong(argument: string, what: string): EspError {
  return new EspError("argument.invalid", `'${argument}' ${what}.`, { details: { argument } });
}
