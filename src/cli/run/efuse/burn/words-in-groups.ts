import { EspError } from "../../../../index.ts";

/** Words of the line in groups of a size. Throws `argument.invalid` for what is left over, and for none at all. */
export function wordsInGroups(words: readonly string[], size: number, form: string): readonly (readonly string[])[] {
  if (words.length % size !== 0 || words.length === 0) {
    // The first sentence is a marker (fact sheet A13).
    throw new EspError("argument.invalid", `Expected multiple of ${size} values, got ${words.length}.`, {
      hint: `Write ${form}, once or several times.`,
      details: { expected: size, words },
    });
  }
  return Array.from({ length: words.length / size }, (_, index) => words.slice(index * size, (index + 1) * size));
}
