import { type ErrorCode, EspError } from "../errors.ts";
import { type Check, invalidArgument } from "./check.ts";

const LONGEST_QUOTED = 40;

/** One of a closed set of words, exactly as written in it. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  { code = "argument.invalid", plural = "words" }: { readonly code?: ErrorCode; readonly plural?: string } = {},
): Check<Word> {
  return (value, argument) => {
    if (typeof value !== "string") throw invalidArgument(argument, value, `one of the ${plural} ${words.join(", ")}`);
    const known = words.find((word) => word === value);
    if (known !== undefined) return known;
    const meant = words.find((word) => bare(word) === bare(value.slice(0, LONGEST_QUOTED)));
    throw new EspError(code, `'${argument}' cannot be '${value.slice(0, LONGEST_QUOTED)}'.`, {
      hint: `${meant === undefined ? "" : `Did you mean '${meant}'? `}Choose from ${words.join(", ")}.`,
      details: { argument, received: value, allowed: words },
    });
  };
}

/** Without what differs between ways to write a name: `ESP32-C3`, `esp32_c3`. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}
