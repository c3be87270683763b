import { EspError } from "../errors.ts";

/** As in "the manifest", "build 2 of the manifest". */
export const TOP = "the manifest";
const LONGEST_WORD = 200;
const MOST_TEXTS = 100;

/** The fields of an object of JSON, asked for one at a time. Each throws `manifest.invalid` for a value of another type. */
export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  readonly of: string;
  flag(name: string): boolean | null;
  number(name: string, bounds: Bounds): number | null;
  /** Not empty. */
  text(name: string, pattern?: RegExp | undefined): string | null;
}

export interface Bounds {
  /** Default 0. */
  readonly lowest?: number | undefined;
  readonly highest: number;
  /** Default true. */
  readonly isWhole?: boolean | undefined;
}

export function fieldsOf(value: unknown, of: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(of, "is no object of JSON");
  const values = value as Readonly<Record<string, unknown>>;
  const typed = <T>(name: string, isRight: (given: unknown) => boolean, wanted: string): T | null => {
    const given = values[name];
    if (given === undefined || given === null) return null;
    if (!isRight(given)) throw invalid(of, `has '${name}' that is not ${wanted}`);
    return given as T;
  };
  return {
    values,
    of,
    flag: (name) => typed<boolean>(name, (given) => typeof given === "boolean", "true or false"),
    number: (name, { lowest = 0, highest, isWhole = true }) =>
      typed<number>(
        name,
        (given) =>
          typeof given === "number" &&
          given >= lowest &&
          given <= highest &&
          (isWhole ? Number.isInteger(given) : Number.isFinite(given)),
        `a ${isWhole ? "whole " : ""}number from ${lowest} to ${highest} (JSON has decimal numbers alone)`,
      ),
    text: (name, pattern: RegExp = /^.{1,2000}$/su) =>
      typed<string>(name, (given) => typeof given === "string" && pattern.test(given), "a text that can be meant"),
  };
}

/** What is shown to people: a text, or a number as some write their versions; anything else counts as left out. */
export function wordOf({ values }: Fields, name: string, longest: number = LONGEST_WORD): string | null {
  const given = values[name];
  if (typeof given === "number") return String(given);
  return typeof given === "string" && given !== "" ? given.slice(0, longest) : null;
}

export function listOfTexts({ values, of }: Fields, name: string): string[] {
  const given = values[name] ?? [];
  if (!Array.isArray(given) || given.length > MOST_TEXTS) throw invalid(of, `has '${name}' that is no list of names`);
  return given.map((text: unknown) => {
    if (typeof text !== "string" || text === "" || text.length > LONGEST_WORD)
      throw invalid(of, `has '${name}' with something that is no name`);
    return text;
  });
}

/** `problem` follows upon "The manifest". */
export function invalid(of: string, problem: string): EspError {
  const subject = of.charAt(0).toUpperCase() + of.slice(1);
  return new EspError("manifest.invalid", `${subject} ${problem}.`, {
    hint: "The maker of the page has to mend its manifest.",
    details: { of, problem },
  });
}
