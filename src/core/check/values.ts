import { type Check, checkThat, invalidArgument } from "./check.ts";

export const checkBoolean: Check<boolean> = checkThat((value) => typeof value === "boolean", "true or false");
export const checkText: Check<string> = checkThat((value) => typeof value === "string", "a string");
export const checkName: Check<string> = checkThat(
  (value) => typeof value === "string" && value !== "",
  "a string that is not empty",
);
const isFunction = (value: unknown): boolean => typeof value === "function";

/** A function of whatever type the declaration says: what it does is the caller's. */
export const checkFunction: Check<never> = checkThat(isFunction, "a function");

/** Anything that is no primitive and that is looked at by somebody else. */
export const checkObject: Check<never> = checkThat((value) => typeof value === "object" && value !== null, "an object");

/** Nothing is asked of it. */
export const anything: Check<never> = (value) => value as never;

/** An object with whatever is in it, as a copy. */
export const checkRecord: Check<Readonly<Record<string, unknown>>> = (value, argument) => {
  const object: object = checkObject(value, argument);
  try {
    return { ...object };
  } catch {
    throw invalidArgument(argument, value, "an object that can be read");
  }
};

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value, argument) => itemsOf(value, argument).map((item, index) => check(item, `${argument}[${index}]`));
}

function itemsOf(value: unknown, argument: string): unknown[] {
  try {
    if (Array.isArray(value)) return Array.from(value);
  } catch {
    // A proxy that does not let itself be looked at.
  }
  throw invalidArgument(argument, value, "an array");
}

/** What `for … of` goes over, but no text. */
export function iterableOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value, argument) => {
    let items: unknown[] | null = null;
    try {
      if (typeof value === "object" && value !== null && Symbol.iterator in value)
        items = Array.from(value as Iterable<unknown>);
    } catch {
      // It is none that can be gone over.
    }
    if (items === null) throw invalidArgument(argument, value, "an array or a set");
    return items.map((item, index) => check(item, `${argument}[${index}]`));
  };
}
