import type { RateRecord } from "../session.ts";

/** `lower`: the rate is to blame, or may be. `return`: it was not, so back to the rate before. `stay`: nor is it now. */
export type RateVerdict = "lower" | "return" | "stay";

export interface Trouble {
  /** The present rate, this trouble counted. */
  readonly now: RateRecord;
  /** The higher rate that was left for it, if that has been done for trouble. */
  readonly left: RateRecord | null;
  /** It has been seen that faults come as often at another rate. */
  readonly isNoise: boolean;
  /** Not even the smallest part gets through any more. */
  readonly isFutile: boolean;
}

/** A rate that was too fast leaves faults so many times rarer, or more, one rung below. */
const RARER = 4;
/** Where one of so many bytes is damaged, not even small blocks get through often enough. */
const DENSE_BYTES = 1024;
/** Fewer say little of how often faults come. */
const TELLING_TROUBLES = 3;

/**
 * What is to be done about the rate after trouble on the line. Pure.
 *
 * The first time it is lowered, because most lines that fail are too fast. Faults that come as often below are noise, which
 * comes at any rate: there the higher one carries most, for messages are damaged by the byte, whatever time it takes.
 */
export function judgeTrouble({ now, left, isNoise, isFutile }: Trouble): RateVerdict {
  if (isFutile) return "lower";
  if (isNoise) return "stay";
  if (left === null) return "lower";
  if (now.bytes * left.troubles < RARER * left.bytes * now.troubles) return "return";
  return now.troubles >= TELLING_TROUBLES && now.bytes < DENSE_BYTES * now.troubles ? "lower" : "stay";
}
