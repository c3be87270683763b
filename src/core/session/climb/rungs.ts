import type { LineTalk } from "./line-talk.ts";

type Rungs = Pick<LineTalk, "rungs" | "lowestRate">;

/** The rates above `baudRate` up to `ceiling`, the lowest first. Pure. */
export function rungsAbove({ rungs }: Rungs, baudRate: number, ceiling: number): readonly number[] {
  return rungs.filter((rate) => rate > baudRate && rate <= ceiling);
}

/** The next rate below, down to the one that every loader has. Pure. */
export function rungBelow({ rungs, lowestRate }: Rungs, baudRate: number): number {
  return rungs.findLast((rate) => rate < baudRate) ?? lowestRate;
}
