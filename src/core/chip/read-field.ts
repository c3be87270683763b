import type { RegisterField, RegisterWords } from "./types.ts";

/** Value of a field, from the words already read. */
export function readField(source: RegisterField, word: RegisterWords): number {
  return ((word(source.register) >>> source.shift) & source.mask) >>> 0;
}
