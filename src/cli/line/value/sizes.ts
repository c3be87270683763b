import { parseInteger } from "./integers.ts";

/** Bytes are written with a capital B; what a small one would mean is bits, and is not guessed. */
const WITH_UNIT = /^(\w{1,40}?)([kKmM])(?:i?B)?$/;
const BITS = /^(\w{1,40}?[kKmM])i?b(?:it)?s?$/;

/** A number of bytes: an integer, optionally with k, K, KB or KiB (x 1024), m, M, MB or MiB (x 1048576) behind it. */
export function parseSize(text: string): number | null {
  const [, digits, unit] = WITH_UNIT.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return parseInteger(text);
  const number = parseInteger(digits);
  return number === null ? null : number * (unit.toLowerCase() === "k" ? 1024 : 1024 * 1024);
}

/** What to write instead of `64kb`; null: it is wrong in another way. */
export function bitsHint(text: string): string | null {
  const size = BITS.exec(text)?.[1];
  return size === undefined || parseSize(size) === null
    ? null
    : `A small b stands for bits. For bytes write ${size} or ${size}B.`;
}
