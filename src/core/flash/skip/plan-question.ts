import { SECTOR_BYTES } from "../sectors.ts";
import { type AskingCosts, askMs, workMs } from "./costs.ts";
import { extentOf, type Place, runsMs } from "./differing-runs.ts";
import {
  type Answer,
  type FileSectors,
  hasDifference,
  includes,
  type KnownSectors,
  knownSectors,
  type SectorRange,
  size,
} from "./known-sectors.ts";

/** A file, as far as asking is concerned. */
export interface Asked extends Place, FileSectors {}

/** What has been found out so far, and what it has cost. */
export interface Inquiry {
  readonly answers: readonly Answer[];
  /** What open questions will be answered. Nobody asks for it meanwhile; it gives no hope that more is there. */
  readonly guesses?: readonly Answer[] | undefined;
  /** What would be written, or read, by now. */
  readonly runs: readonly SectorRange[];
  readonly spentMs: number;
  /** What asking may cost though nothing comes of it. */
  readonly allowanceMs: number;
  /** Another question is open. */
  readonly isAhead?: boolean | undefined;
}

/** Parts of a range that differs: at least halves, and no more than this. */
const MOST_PARTS = 16;
/** Where so many answers in a file, or in a part of it, were all "different", no more is asked. */
const MISSES_IN_FILE = 5;
const MISSES_IN_PART = 3;
/** Smaller parts are not probed: halving them is as good. */
const PROBED_SECTORS = 8;
/** With less left than so many digests of the whole file, what is saved by small questions first pays for the larger ones. */
const EASE = 2;
/** A block of 64 KB: leaving out less may not save anything, because such blocks are erased in one go. */
const EARNING_SECTORS = 16;
/** Where one in so many sectors is known to be the same, a part that differs is not tried by single sectors. */
const MOSTLY = 4;
/** Asking must promise this much: working on the part would take so many times as long. */
const WORTH = 2;

/**
 * The sectors of which to ask the next digest; null: what is not known to be the same by now is cheaper written (or
 * read) than asked about. Pure.
 *
 * Each range is asked as a whole, or, where the chip's digest of it takes longer than the exchanges for its parts, in these
 * parts alone, whose digests prove the same. A range that differs is cut: into halves on a line with slow exchanges, into
 * more parts where exchanges are quick. In what may be different from end to end (another program, say) single sectors far
 * from each other are asked first; when they all differ, nothing more is.
 *
 * What is asked ahead is as far as can be from what is asked already, so that it is of use whatever the answer to that; while
 * small questions have to pay for larger ones nothing is.
 *
 * However the answers come out, asking and the work together take no longer than all of the work and the allowance.
 */
export function nextQuestion(file: Asked, inquiry: Inquiry, costs: AskingCosts): SectorRange | null {
  const { answers, guesses = [] } = inquiry;
  const sure = knownSectors(file, answers);
  const known = guesses.length === 0 ? sure : knownSectors(file, [...answers, ...guesses]);
  const search = { file, costs, known, sure, answers };
  const all = { from: 0, to: file.count };
  const leftMs = remainingMs(file, inquiry, costs);
  const isTight = leftMs < EASE * askMs(costs, file.sizeBytes);
  if (isTight && inquiry.isAhead === true) return null;
  const earning = isTight && isHopeful(sure, all) ? earn(search, all) : null;
  const candidates =
    earning ?? (partsFor(search, all) === 1 ? askWhole(search, all) : cut(search, all, MISSES_IN_FILE));
  const ranges = known.suspects.length === 0 ? joined(search, candidates) : candidates;
  for (const candidate of inquiry.isAhead === true ? ranges.toReversed() : ranges) {
    const range = affordable(file, candidate, { leftMs, costs });
    if (range !== null) return range;
  }
  return null;
}

/** What asking may still cost: the allowance, and what has been saved by it, less what was spent. */
function remainingMs(file: Asked, { runs, spentMs, allowanceMs }: Inquiry, costs: AskingCosts): number {
  return allowanceMs + workMs(costs, file) - runsMs(file, runs, costs) - spentMs;
}

interface Search {
  readonly file: Asked;
  readonly costs: AskingCosts;
  /** With what is guessed. */
  readonly known: KnownSectors;
  readonly sure: KnownSectors;
  readonly answers: readonly Answer[];
}

/**
 * Where all that differs has been found, what is left is likely the same: neighbours are asked for in one go, what is known
 * between them too, while the digest takes no longer than an exchange.
 */
function joined({ file, costs, known }: Search, ranges: readonly SectorRange[]): readonly SectorRange[] {
  const joined: SectorRange[] = [];
  for (const range of ranges) {
    const both = { from: joined.at(-1)?.from ?? range.from, to: range.to };
    const isOne = digestMs(file, costs, both) <= costs.exchangeMs && !hasDifference(known.states, both);
    if (isOne) joined.pop();
    joined.push(isOne ? both : range);
  }
  return joined;
}

/** How many parts make asking for all of them and then for the parts of one cost least; 1: it is asked as a whole. */
function partsFor({ file, costs }: Search, range: SectorRange): number {
  const exchanges = digestMs(file, costs, range) / Math.max(costs.exchangeMs, 0.001);
  // Asked ahead, an exchange costs nothing while the chip works as long on the question before.
  return wholeParts(range, costs.asksAhead === true ? Math.max(exchanges, Math.sqrt(exchanges)) : Math.sqrt(exchanges));
}

function wholeParts(range: SectorRange, ideal: number): number {
  return Math.min(MOST_PARTS, size(range), 2 ** Math.max(0, Math.round(Math.log2(Math.max(1, ideal)))));
}

function digestMs(file: Asked, costs: AskingCosts, range: SectorRange): number {
  return costs.digestMsPerByte * extentOf(file, range).sizeBytes;
}

/** An exchange is so slow beside digests that trying single sectors is no small matter. */
function isSlowLine({ file, costs }: Search): boolean {
  const all = { from: 0, to: file.count };
  return wholeParts(all, Math.sqrt(digestMs(file, costs, all) / Math.max(costs.exchangeMs, 0.001))) <= 2;
}

/** Asks for all of a range, unless that is known already; then for its parts. */
function askWhole(search: Search, range: SectorRange, misses: number = MISSES_IN_PART): SectorRange[] {
  const { states, suspects } = search.known;
  if (!states.slice(range.from, range.to).includes("unknown")) return [];
  const differs = hasDifference(states, range) || suspects.some((suspect) => includes(range, suspect));
  if (!differs) return [range];
  return cut(search, range, range.to - range.from === search.file.count ? MISSES_IN_FILE : misses);
}

function cut(search: Search, range: SectorRange, patience: number): SectorRange[] {
  const { file, costs, answers, known, sure } = search;
  const count = Math.min(size(range), Math.max(2, partsFor(search, range)));
  if (count < 2) return [];
  const parts = cutInto(range, count);
  const part = extentOf(file, parts[0] ?? range);
  if (askMs(costs, part.sizeBytes) * WORTH > workMs(costs, part)) return [];
  if (!isHopeful(sure, range)) {
    // Where exchanges are quick, trying a sector costs next to nothing.
    const isSmallChange = isMostlyThere(sure) && isSlowLine(search);
    const misses = isSmallChange ? placesIn(known, range) : missesIn(answers, range);
    if (misses >= patience) return [];
    if (size(range) >= PROBED_SECTORS && !isSmallChange) return probe(known, range, misses);
  }
  return parts.flatMap((inner) => askWhole(search, inner));
}

/** Something in it is known to be the same, so that there may be more. */
function isHopeful({ states }: KnownSectors, { from, to }: SectorRange): boolean {
  return states.slice(from, to).includes("same");
}

/** So much of the file is there that what differs will be a small change: halving it finds that sooner than trying sectors. */
function isMostlyThere({ states }: KnownSectors): boolean {
  return states.filter((state) => state === "same").length * MOSTLY >= states.length;
}

/** In how many places of a range something is known to differ: one that was halved down to is one. */
function placesIn({ states, suspects }: KnownSectors, range: SectorRange): number {
  const sectors = states.slice(range.from, range.to).filter((state) => state === "different" || state === "blank");
  return sectors.length + suspects.filter((inner) => includes(range, inner) && size(inner) < size(range)).length;
}

function missesIn(answers: readonly Answer[], range: SectorRange): number {
  return answers.filter((answer) => answer.found !== "same" && includes(range, answer) && size(answer) < size(range))
    .length;
}

/** Around a sector that is the same, or else another sector; null when that has been tried often enough. */
function earn({ file, known, answers }: Search, all: SectorRange): SectorRange[] | null {
  const { states, suspects } = known;
  const misses = missesIn(answers, all);
  const firstSector = Math.floor(file.address / SECTOR_BYTES);
  if (misses >= MISSES_IN_FILE || file.count < 2 * EARNING_SECTORS) return null;
  for (const [sector, state] of states.entries()) {
    if (state !== "same") continue;
    const inBlock = (sector + firstSector) % EARNING_SECTORS;
    const around = {
      from: Math.max(0, sector - inBlock),
      to: Math.min(file.count, sector - inBlock + EARNING_SECTORS),
    };
    const differs = hasDifference(states, around) || suspects.some((suspect) => includes(around, suspect));
    if (!differs && states.slice(around.from, around.to).includes("unknown")) return [around];
  }
  return probe(known, all, misses);
}

function cutInto({ from, to }: SectorRange, count: number): SectorRange[] {
  const edge = (index: number): number => from + Math.round(((to - from) * index) / count);
  return Array.from({ length: count }, (_, index) => ({ from: edge(index), to: edge(index + 1) }));
}

/** A single sector, as far as can be from those asked before: at 1/2, 1/4, 3/4, 1/8, 5/8 of the range. */
function probe({ states }: KnownSectors, range: SectorRange, before: number): SectorRange[] {
  for (let index = before + 1; index < before + PROBED_SECTORS; index++) {
    const sector = range.from + Math.floor(size(range) * spread(index));
    if (states[sector] === "unknown") return [{ from: sector, to: sector + 1 }];
  }
  return [];
}

/** The bits of a number behind the point, in reverse order: 1/2, 1/4, 3/4, 1/8, 5/8, 3/8. */
function spread(index: number): number {
  let result = 0;
  let weight = 0.5;
  for (let rest = index; rest > 0; rest >>= 1, weight /= 2) result += (rest & 1) * weight;
  return result;
}

/** The range, or as much from its start as may be asked for. */
function affordable(
  file: Asked,
  range: SectorRange,
  { leftMs, costs }: { readonly leftMs: number; readonly costs: AskingCosts },
): SectorRange | null {
  let { from, to } = range;
  while (to > from) {
    if (askMs(costs, extentOf(file, { from, to }).sizeBytes) <= leftMs) return { from, to };
    to = from + Math.floor((to - from) / 2);
  }
  return null;
}
