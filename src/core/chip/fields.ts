import type { RegisterField } from "./types.ts";

/** Bits `high` down to `low` of a word, both included, as in a data sheet's `[25:24]`. */
export function bits(word: number, high: number, low: number): number {
  return ((word >>> low) & maskOf(high - low + 1)) >>> 0;
}

/** One bit of a word: 0 or 1. */
export function bit(word: number, position: number): number {
  return (word >>> position) & 1;
}

/** The field `[high:low]` of a register. */
export function field(register: number, high: number, low: number): RegisterField {
  return { register, shift: low, mask: maskOf(high - low + 1) };
}

/** The field that is one bit of a register. */
export function flag(register: number, position: number): RegisterField {
  return field(register, position, position);
}

/** The field's mask where it stands in its register, unsigned. */
export function maskInRegister(source: RegisterField): number {
  return (source.mask << source.shift) >>> 0;
}

/** `count` consecutive register addresses from `first` on. */
export function consecutiveWords(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + 4 * index);
}

function maskOf(width: number): number {
  return 2 ** width - 1;
}
