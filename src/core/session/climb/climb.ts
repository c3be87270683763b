// Shelf: the best baud rate by itself: the ladder, one step on it, the proof of a rate, going down after trouble, and back.
// In: a session whose caller left the rate open, and how much is to be transferred.
// Out: a line at the highest rate that was seen to carry real payloads, or at the rate it had.

import { throwIfAborted } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";
import type { RememberedRate } from "../facts/what-was-learnt.ts";
import type { LiveSession, SeenOfLine } from "../session.ts";
import type { RateSearch } from "./line-talk.ts";
import { beginProof, isLineTrouble, type ProofWrite, provesRate } from "./prove-rate.ts";
import { keepRate, recallRate } from "./remembered-rate.ts";
import { rungBelow, rungsAbove } from "./rungs.ts";
import { isStillUnderstood, tryRate } from "./try-rate.ts";

/** Tells a loader that was started anew what the one before had been told. */
export type Restore = () => Promise<void>;

/**
 * To be called once a session, before much goes over the line: climbs to the highest rate that it carries, up to the ceiling.
 * What the line does on the way costs time and nothing else: the session is at a rate then at which it is understood.
 *
 * Throws what connecting throws when not even a reset brings the chip back, `port.lost`, `operation.aborted`.
 */
export async function raiseRate(search: RateSearch, ceiling: number, restore: Restore): Promise<void> {
  const { session } = search;
  const remembered = await recallRate(search, ceiling);
  await climb(search, { ceiling, remembered }, restore);
  settleAt(session, { left: null, isNoise: false });
  await keepRate(search, remembered);
  tellRate(search);
}

/** The present rate is the one to stay at, until there is trouble. */
export function settleAt({ rate, link }: LiveSession, found: Pick<SeenOfLine, "left" | "isNoise">): void {
  rate.climbed = true;
  rate.ceiling = link.baudRate;
  rate.seen = { ...found, sinceBytes: lineBytesOf(link), troubles: 0 };
}

/** All that has gone over it, both ways. */
export function lineBytesOf({ counters, bytesReceived }: Link): number {
  return counters.bytesSent + bytesReceived;
}

interface Way {
  readonly ceiling: number;
  /** What worked in an earlier session, and is tried first. */
  readonly remembered: RememberedRate | null;
}

async function climb(search: RateSearch, { ceiling, remembered }: Way, restore: Restore): Promise<void> {
  const { session, talk } = search;
  const { link } = session;
  const write: ProofWrite = { isBegun: false };
  // While the rate is still the one that everything else went at.
  await talk.repeatable(session, () => beginProof(search, write));
  const restart = async (baudRate: number): Promise<void> => {
    write.isBegun = false;
    await startAgain(search, baudRate, restore);
  };
  let top = ceiling;
  if (remembered !== null) {
    const lost = await ascend(search, rungsAbove(talk, link.baudRate, remembered.baudRate).slice(-1), true);
    const works = link.baudRate >= remembered.baudRate && lost === null;
    // One step is what it may cost; below it the way is as without it.
    if (!works) tellForgotten(session, remembered.baudRate);
    if (lost !== null) await restart(link.baudRate);
    if (!works) top = rungBelow(talk, remembered.baudRate);
    else if (!remembered.looksHigher) top = remembered.baudRate;
  }
  if ((await ascend(search, rungsAbove(talk, link.baudRate, top))) !== null) await restart(link.baudRate);
  // What is understood need not carry full payloads.
  while (link.baudRate > talk.lowestRate && !(await provesRate(search, write))) {
    const isRemembered = link.baudRate === remembered?.baudRate;
    session.emit({ type: "baud.tried", baudRate: link.baudRate, works: false, remembered: isRemembered });
    if (isRemembered) tellForgotten(session, link.baudRate);
    await stepDown(search, restart);
  }
}

/**
 * Goes up these rungs as far as short messages are understood. Returns the rung at which nothing is, not even at the rate
 * before, which the link is set to: only a reset helps. Null: the loader is understood.
 */
export async function ascend(
  search: RateSearch<LiveSession>,
  rungs: readonly number[],
  remembered = false,
): Promise<number | null> {
  const { session } = search;
  const { link } = session;
  for (const rung of rungs) {
    throwIfAborted(link.signal);
    // Half of a step leaves two sides that do not understand each other.
    const outcome = await link.withoutSignal(() => tryRate(search, rung));
    session.emit({ type: "baud.tried", baudRate: rung, works: outcome === "understood", remembered });
    if (outcome === "lost") return rung;
    // Beyond a rate that the line does not carry is none that it does; a port may lack one and have the next.
    if (outcome === "refused") break;
  }
  return null;
}

/** One rung down from a rate that does not do, without a reset where the chip can still be told. */
export async function stepDown(search: RateSearch, restart: (baudRate: number) => Promise<void>): Promise<void> {
  const { link } = search.session;
  throwIfAborted(link.signal);
  const lower = rungBelow(search.talk, link.baudRate);
  const outcome = await link.withoutSignal(async () => {
    await isStillUnderstood(search);
    // Also where nothing is understood: telling the chip blindly may do.
    return await tryRate(search, lower);
  });
  if (outcome !== "understood") await restart(lower);
}

/** From the reset on; where not even the stub arrives at this rate, at the next lower one. */
export async function startAgain(search: RateSearch, baudRate: number, restore: Restore): Promise<void> {
  const { session, talk } = search;
  // Who leaves resets the chip, which takes an open port.
  throwIfAborted(session.link.signal);
  try {
    await session.link.close();
    await session.rate.connectAgain(session, { baudRate }, aside(session.emit));
    await restore();
  } catch (error) {
    if (baudRate <= talk.lowestRate || !isLineTrouble(search, error)) throw error;
    await startAgain(search, rungBelow(talk, baudRate), restore);
  }
}

/** How often a chip was connected to on the way to a rate is nobody's business; what came of it is told then. */
export function aside(emit: Emit): Emit {
  return (body) => {
    const isStage = /^(connect|stub|baud)\./.test(body.type);
    if (!isStage && !(body.type === "warning" && body.code === "connect.slower")) emit(body);
  };
}

export function tellForgotten({ emit }: LiveSession, baudRate: number): void {
  emit({
    type: "note",
    code: "baud.remembered-fails",
    message: `This board was good for ${baudRate} baud before and is not now; looking for another rate.`,
    details: { baudRate },
  });
}

/** The rate that was chosen, in the words that scripts know. */
function tellRate({ session: { link, emit }, talk }: RateSearch): void {
  if (link.baudRate === talk.lowestRate) return;
  emit({ type: "baud.changing", baudRate: link.baudRate });
  emit({ type: "baud.changed", baudRate: link.baudRate });
}
