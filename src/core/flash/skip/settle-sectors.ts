import type { Found, SectorRange } from "./known-sectors.ts";

/** How far finding out about each sector of a file has come, from its first sector on. */
export interface Settling {
  /** All before it are known. */
  readonly at: number;
  /** How many to ask about next. */
  readonly size: number;
  /** From `at` up to here something is known to differ; `at` when nothing is known. */
  readonly differsTo: number;
}

export function nothingSettled(count: number): Settling {
  return { at: 0, size: count, differsTo: 0 };
}

/**
 * The sectors to ask about next, so that each is known in the end, where a write would stop asking when it no longer pays:
 * all of them first, halves of what differs, and after each that is the same twice as many. Null: all are known. Pure.
 */
export function nextToSettle({ at, size, differsTo }: Settling, count: number): SectorRange | null {
  if (at >= count) return null;
  const wanted = Math.min(size, count - at);
  // The answer for all that differs is known before it is asked for.
  const told = differsTo > at && at + wanted >= differsTo ? Math.floor((differsTo - at) / 2) : wanted;
  return { from: at, to: at + Math.max(1, told) };
}

/** What is known after the answer. Pure. */
export function settled(before: Settling, { from, to }: SectorRange, found: Found): Settling {
  const size = to - from;
  if (found === "different" && size > 1) return { at: from, size: Math.floor(size / 2), differsTo: to };
  // What is not the same explains why the range around it differs.
  const differsTo = found === "same" && before.differsTo > to ? before.differsTo : to;
  return { at: to, size: found === "different" ? 1 : size * 2, differsTo };
}
