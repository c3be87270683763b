// Shelf: what is in flash already: a pure planner of questions, and the asking.
// In: a session, the bytes wanted in flash, what asking may cost.
// Out: the parts that have to be written, or read, and how it is known that the others need not be.

import { md5, md5Stream } from "../../bytes/md5.ts";
import { equalBytes } from "../../bytes/words.ts";
import type { LiveSession } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { sectorCount } from "../sectors.ts";
import { asksAhead } from "../setup/ask-both.ts";
import { askMs, type Measured, measuredCosts, type Pace, type Work, workMs } from "./costs.ts";
import { cheaperRuns, extentOf, type Place, runsMs } from "./differing-runs.ts";
import { DigestQueue } from "./digest-queue.ts";
import { type Answer, type Found, knownSectors, type SectorRange, type SectorState } from "./known-sectors.ts";
import { type Asked, nextQuestion } from "./plan-question.ts";

/** What is wanted in flash, or thought to be there. */
export interface Wanted {
  readonly address: number;
  readonly data: Uint8Array;
}

/** A part of what is wanted, from its start. */
export interface Part {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What the chip said of what is wanted. */
export interface Finding {
  readonly questions: number;
  readonly elapsedMs: number;
  /** Of each sector that is touched, from the first on. */
  readonly states: readonly SectorState[];
  /** What has to be written, or read; nothing when the chip's digests prove that all of it is there. */
  readonly parts: readonly Part[];
  /** Where flash is erased, though something else is wanted. */
  readonly erased: readonly Part[];
  /** What working on all of it would take more than on the parts, as far as can be foreseen. */
  readonly savedMs: number;
}

export interface AskingContext extends Pace {
  /** What asking may cost though nothing comes of it. */
  readonly allowanceMs: number;
}

/**
 * Has the chip tell, by digests, which sectors hold already what is wanted. Nothing is believed but equal digests, so a
 * garbled answer costs needless work and never leaves out any. Throws `link.*`, `port.*`, `operation.aborted`.
 */
export async function askFlash(session: LiveSession, wanted: Wanted, context: AskingContext): Promise<Finding> {
  const { address, data } = wanted;
  const file = askedFile(wanted, context.work);
  const queue = new DigestQueue(session);
  const open: SectorRange[] = [];
  let answers: readonly Answer[] = [];
  let sure: readonly Answer[] = [];
  let questions = 0;
  const measured: Measured[] = [];
  const elapsed = stopwatch(session);
  const everything: readonly SectorRange[] = [{ from: 0, to: file.count }];
  let runs = everything;
  for (;;) {
    const costs = measuredCosts({ ...context, asksAhead: asksAhead(session) }, measured);
    const { states } = knownSectors(file, answers);
    runs = cheaperRuns(file, runs, { states, costs });
    const spentMs = elapsed();
    const openMs = open.reduce((sum, range) => sum + askMs(costs, extentOf(file, range).sizeBytes), 0);
    const inquiry = {
      answers,
      guesses: open.map(likelyAnswer(states)),
      runs,
      spentMs: spentMs + openMs,
      allowanceMs: context.allowanceMs,
      isAhead: open.length > 0,
    };
    const range = queue.isFull ? null : nextQuestion(file, inquiry, costs);
    if (range !== null) {
      questions++;
      open.push(range);
      await queue.ask(extentOf(file, range));
      continue;
    }
    const asked = open.shift();
    if (asked === undefined) {
      const savedMs = workMs(costs, file) - runsMs(file, runs, costs);
      const parts = runs.map(partOf(file));
      const erased = answers.filter(({ found }) => found === "blank").map(partOf(file));
      return { questions, elapsedMs: spentMs, states, parts, erased, savedMs };
    }
    const answer = await queue.next();
    if (answer === null) {
      open.length = 0;
      answers = sure;
      runs = everything;
      continue;
    }
    const { address: start, sizeBytes } = extentOf(file, asked);
    measured.push({ sizeBytes, elapsedMs: answer.elapsedMs });
    const found = meaningOf(answer.digest, data.subarray(start - address, start - address + sizeBytes));
    answers = [...answers, { ...asked, found }];
    if (queue.isDrained) sure = answers;
  }
}

/** What an answer will say: as the others did. It decides what is asked while it is waited for, and nothing else. */
function likelyAnswer(states: readonly SectorState[]): (range: SectorRange) => Answer {
  const found = states.includes("same") ? "same" : "different";
  return (range) => ({ ...range, found });
}

function askedFile({ address, data }: Wanted, { leavesErased }: Work): Asked {
  const place: Place = { address, sizeBytes: data.length };
  return {
    ...place,
    count: sectorCount(address, data.length),
    isErased: (sector) => {
      if (leavesErased) return true;
      const { address: start, sizeBytes } = extentOf(place, { from: sector, to: sector + 1 });
      return data.subarray(start - address, start - address + sizeBytes).every((byte) => byte === 0xff);
    },
  };
}

function partOf(place: Place): (run: SectorRange) => Part {
  return (run) => {
    const { address, sizeBytes } = extentOf(place, run);
    return { offset: address - place.address, sizeBytes };
  };
}

/** What a digest of flash says of the bytes that should be there. */
export function meaningOf(digest: Uint8Array, data: Uint8Array): Found {
  if (equalBytes(digest, md5(data))) return "same";
  return isErasedDigest(digest, data.length) ? "blank" : "different";
}

/** Of so many bytes of FF. */
export function isErasedDigest(digest: Uint8Array, sizeBytes: number): boolean {
  return equalBytes(digest, erasedDigest(sizeBytes));
}

const ERASED_PIECE: Uint8Array = new Uint8Array(0x1000).fill(0xff);

/** Of so many bytes of erased flash. */
function erasedDigest(sizeBytes: number): Uint8Array {
  const digest = md5Stream();
  for (let left = sizeBytes; left > 0; left -= ERASED_PIECE.length)
    digest.update(left >= ERASED_PIECE.length ? ERASED_PIECE : ERASED_PIECE.subarray(0, left));
  return digest.digest();
}
