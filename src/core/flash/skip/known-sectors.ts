/** Sectors of a file: the first of them, and the first behind them, counted from the file's first. */
export interface SectorRange {
  readonly from: number;
  readonly to: number;
}

/** What the chip's digest of a range said: it holds the file's bytes; nothing but FF; something else. */
export type Found = "same" | "blank" | "different";

export interface Answer extends SectorRange {
  readonly found: Found;
}

/** What is known of one sector. `unknown` counts as different where it has to be decided. */
export type SectorState = "unknown" | Found;

export interface KnownSectors {
  readonly states: readonly SectorState[];
  /** In each of them something differs, and nobody knows yet where. */
  readonly suspects: readonly SectorRange[];
}

/** What the planner must know of a file. */
export interface FileSectors {
  readonly count: number;
  /** Where this sector is blank nothing is to be done: the file has nothing but FF there, or flash is only read. */
  readonly isErased: (sector: number) => boolean;
}

/**
 * What follows from the answers so far, in whatever order they came: that a range is the same holds for each of its
 * sectors; that it differs only says that one of them does, and which when the others are known to be the same. An
 * answer that contradicts the others (garbled on its way) makes a sector count as different, never as the same. Pure.
 */
export function knownSectors(file: FileSectors, answers: readonly Answer[]): KnownSectors {
  const states: SectorState[] = new Array(file.count).fill("unknown");
  for (const { from, to, found } of answers) {
    if (found === "different") continue;
    for (let sector = from; sector < to; sector++)
      if (found === "same" || file.isErased(sector)) states[sector] = "same";
      else if (states[sector] === "unknown") states[sector] = "blank";
  }
  const suspects: SectorRange[] = [];
  const differing = answers.filter(({ found }) => found === "different");
  // The smaller ones first: what they settle settles the larger ones around them.
  for (const range of differing.toSorted((left, right) => size(left) - size(right))) {
    const rest = withoutSameEnds(states, range);
    if (size(rest) === 0 || suspects.some((inner) => includes(rest, inner))) continue;
    if (size(rest) === 1 && states[rest.from] === "unknown") states[rest.from] = "different";
    if (!hasDifference(states, rest)) suspects.push(rest);
  }
  return { states, suspects };
}

export function size({ from, to }: SectorRange): number {
  return to - from;
}

export function includes(outer: SectorRange, inner: SectorRange): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** A sector in it is known not to hold what the file has there. */
export function hasDifference(states: readonly SectorState[], { from, to }: SectorRange): boolean {
  return states.slice(from, to).some((state) => state === "different" || state === "blank");
}

function withoutSameEnds(states: readonly SectorState[], range: SectorRange): SectorRange {
  let { from, to } = range;
  while (from < to && states[from] === "same") from++;
  while (from < to && states[to - 1] === "same") to--;
  return { from, to };
}
