import { type Check, invalidArgument } from "./check.ts";
import { oneOf } from "./words.ts";

/** One check for each property of an object; the compiler finds the ones that were forgotten. */
export type Shape<T> = {
  readonly [Key in keyof T]-?: object extends Pick<T, Key> ? Check<T[Key] | undefined> : Check<T[Key]>;
};

/**
 * An object with such properties, as a copy that has nothing but these: what was checked is what is used, whatever the
 * caller's object does next. Names that are not known are left alone, so that options of a later version do no harm.
 */
export function shape<T extends object>(properties: Shape<T>): Check<T> {
  const names = Object.keys(properties) as (keyof T & string)[];
  return (value, argument) => {
    if (typeof value !== "object" || value === null || isArray(value))
      throw invalidArgument(argument, value, "an object");
    const result: Partial<T> = {};
    for (const name of names) {
      const given = properties[name](propertyOf(value, name, argument), `${argument}.${name}`);
      if (given !== undefined) result[name] = given;
    }
    return result as T;
  };
}

/** Objects of several kinds, told apart by the word in `kind`. */
export function oneOfKinds<T extends { readonly kind: string }>(
  kinds: {
    readonly [Kind in T["kind"]]: Shape<Extract<T, { readonly kind: Kind }>>;
  },
): Check<T> {
  const checkKind = shape<{ readonly kind: T["kind"] }>({ kind: oneOf(Object.keys(kinds) as T["kind"][]) });
  return (value, argument) => {
    const { kind } = checkKind(value, argument);
    return shape(kinds[kind] as unknown as Shape<T>)(value, argument);
  };
}

/**
 * An object that this library made, or that is made like one: it is handed on as it is when it has these parts.
 * `what` completes "must be …".
 */
export function hasParts<T extends object>(
  what: string,
  parts: Partial<Record<keyof T & string, Check<unknown>>>,
): Check<T> {
  const wanted = Object.entries<Check<unknown> | undefined>(parts);
  return (value, argument) => {
    if (typeof value !== "object" || value === null || isArray(value)) throw invalidArgument(argument, value, what);
    for (const [name, check] of wanted) {
      const part = propertyOf(value, name, argument);
      if (part === undefined) throw invalidArgument(argument, value, what, `It has no '${name}'.`);
      check?.(part, `${argument}.${name}`);
    }
    return value as T;
  };
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function propertyOf(value: object, name: string, argument: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    throw invalidArgument(argument, value, "an object that can be read", `Its '${name}' throws.`);
  }
}
