import { type Check, checkThat, invalidArgument } from "./check.ts";

const HIGHEST_WORD = 0xffff_ffff;
const BIGINT_HINT = "Give a number, not a bigint: Number(value).";

/** A whole number of a range, both ends included. */
export function wholeNumber(lowest: number, highest: number = Number.MAX_SAFE_INTEGER): Check<number> {
  const top = highest === Number.MAX_SAFE_INTEGER ? "" : ` to ${shown(highest)}`;
  const needed = `a whole number from ${lowest}${top}${top === "" ? " on" : ""}`;
  return (value, argument) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= lowest && value <= highest) return value;
    throw invalidArgument(argument, value, needed, typeof value === "bigint" ? BIGINT_HINT : undefined);
  };
}

function shown(value: number): string {
  return value > 0xffff ? `0x${value.toString(16)}` : String(value);
}

/** What fits into 32 bits without a sign: addresses, register values, masks. */
export const checkWord: Check<number> = wholeNumber(0, HIGHEST_WORD);
export const checkAddress: Check<number> = checkWord;
/** Nothing is a size, too. */
export const checkSize: Check<number> = wholeNumber(0, HIGHEST_WORD + 1);
/** `setBaudRate` and the like: rates of a serial line. */
export const checkBaudRate: Check<number> = wholeNumber(1, HIGHEST_WORD);
/** Some milliseconds, fractions allowed; no longer than the timers of every host can wait. */
export const checkMilliseconds: Check<number> = checkThat(
  (value) => typeof value === "number" && value >= 0 && value <= 0x7fff_ffff,
  "a number of milliseconds from 0 to 0x7fffffff",
);
export const checkFinite: Check<number> = checkThat(Number.isFinite, "a finite number");
export const checkBigInt: Check<bigint> = checkThat(
  (value) => typeof value === "bigint" && value >= 0n,
  "a bigint that is not negative",
);
