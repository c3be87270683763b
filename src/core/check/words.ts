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
    throw new EspError(code, `'${argument}' cannot be '${value.slice(0, LONGEST_QUOTED)}'.`, {
      hint: `Choose from ${words.join(", ")}.`,
      details: { argument, received: value, allowed: words },
    });
  };
}
