import { cutOffset } from "../sectors.ts";
import { type AskingCosts, type Extent, workMs } from "./costs.ts";
import type { SectorRange, SectorState } from "./known-sectors.ts";

/** Where a file's bytes go: sectors are counted from the one that holds `address`. */
export interface Place {
  readonly address: number;
  readonly sizeBytes: number;
}

/** The bytes of so many sectors of the file, as addresses of the flash. */
export function extentOf({ address, sizeBytes }: Place, { from, to }: SectorRange): Extent {
  const start = cutOffset(address, sizeBytes, from);
  return { address: address + start, sizeBytes: cutOffset(address, sizeBytes, to) - start };
}

/**
 * What has to be written, or read: the sectors that are not known to be the same, neighbours joined. A gap is part of
 * it where that takes less time than to end one run and begin the next. When all of it together would take as long as everything,
 * it is everything, in one go. Pure.
 */
export function differingRuns(place: Place, states: readonly SectorState[], costs: AskingCosts): SectorRange[] {
  const joined: SectorRange[] = [];
  for (const run of runsOf(states)) {
    const last = joined.at(-1);
    if (last === undefined) {
      joined.push(run);
      continue;
    }
    const both = { from: last.from, to: run.to };
    const apart = rangeMs(place, last, costs) + rangeMs(place, run, costs);
    if (rangeMs(place, both, costs) <= apart) joined[joined.length - 1] = both;
    else joined.push(run);
  }
  const all = { from: 0, to: states.length };
  return joined.length > 0 && runsMs(place, joined, costs) >= rangeMs(place, all, costs) ? [all] : joined;
}

/**
 * The same after one more answer. What was to be written before would still do, and is kept where it takes less time: so
 * that what was saved by asking is never lost again.
 */
export function cheaperRuns(
  place: Place,
  before: readonly SectorRange[],
  { states, costs }: { readonly states: readonly SectorState[]; readonly costs: AskingCosts },
): readonly SectorRange[] {
  const now = differingRuns(place, states, costs);
  return runsMs(place, now, costs) <= runsMs(place, before, costs) ? now : before;
}

function runsOf(states: readonly SectorState[]): SectorRange[] {
  const runs: { from: number; to: number }[] = [];
  for (const [sector, state] of states.entries()) {
    if (state === "same") continue;
    const last = runs.at(-1);
    if (last?.to === sector) last.to++;
    else runs.push({ from: sector, to: sector + 1 });
  }
  return runs;
}

/** How long the work on them takes. */
export function runsMs(place: Place, runs: readonly SectorRange[], costs: AskingCosts): number {
  return runs.reduce((sum, run) => sum + rangeMs(place, run, costs), 0);
}

function rangeMs(place: Place, range: SectorRange, costs: AskingCosts): number {
  return workMs(costs, extentOf(place, range));
}
