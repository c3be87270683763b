// Room: what callers without a compiler can get wrong: the checks that stand at every door.
// In: any value, and the name of the argument it was given for.
// Out: the value with its type, or `argument.invalid` with that name.

import { EspError } from "../errors.ts";
import { describeValue, kindOf } from "./describe-value.ts";

/**
 * Looks at what a caller gave for `argument` (as the caller would write it: `files[0].data`), and returns it as it may
 * be used. Throws `argument.invalid`. Types stop such mistakes in TypeScript; JavaScript has nothing but this.
 */
export type Check<T> = (value: unknown, argument: string) => T;

/** `needed` completes "must be …". */
export function invalidArgument(argument: string, value: unknown, needed: string, hint?: string): EspError {
  return new EspError("argument.invalid", `'${argument}' must be ${needed}, not ${describeValue(value)}.`, {
    ...(hint === undefined ? {} : { hint }),
    details: { argument, received: kindOf(value) },
  });
}

/** `undefined` passes: the option is left out. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, argument) => (value === undefined ? undefined : check(value, argument));
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, argument) => (value === null ? null : check(value, argument));
}

/** The first of them that takes the value; `needed` describes them all. */
export function either<T, U>(first: Check<T>, second: Check<U>, needed: string, hint?: string): Check<T | U> {
  return (value, argument) => {
    for (const check of [first, second]) {
      try {
        return check(value, argument);
      } catch {
        // The sentence below names all that would do.
      }
    }
    throw invalidArgument(argument, value, needed, hint);
  };
}

/** A check that `wanted` decides; what cannot even be looked at (a proxy that throws) is not it. */
export function checkThat<T>(wanted: (value: unknown) => boolean, needed: string, hint?: string): Check<T> {
  return (value, argument) => {
    if (!isWanted(wanted, value)) throw invalidArgument(argument, value, needed, hint);
    return value as T;
  };
}

function isWanted(wanted: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return wanted(value);
  } catch {
    return false;
  }
}

/**
 * For what this library hands out and takes back many times: an object that passed once is not looked at again. Their
 * types are read-only.
 */
export function remembered<T extends object>(check: Check<T>): Check<T> {
  const passed = new WeakSet<object>();
  return (value, argument) => {
    if (typeof value === "object" && value !== null && passed.has(value)) return value as T;
    const result = check(value, argument);
    passed.add(result);
    return result;
  };
}
