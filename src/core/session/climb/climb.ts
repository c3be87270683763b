// Shelf: the best baud rate by itself: the ladder, one step on it, the proof of a rate, going down after trouble, and back.
// In: a session whose caller left the rate open, and how much is to be transferred.
// Out: a line at the highest rate that was seen to carry real payloads, or at the rate it had.

import { throwIfAborted } from "../../errors.ts";
import type { Link } from "../../link/link.ts";
import type { RememberedRate } from "../facts/what-was-learnt.ts";
import type { LiveSession, SeenOfLine, StubSession } from "../session.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { repeatable } from "../talk/resynchronise.ts";
import { isWorthClimbing, rungBelow, rungsAbove } from "./ladder.ts";
import { beginProof, isLineTrouble, type ProofWrite, provesRate } from "./prove-rate.ts";
import { keepRate, recallRate } from "./remembered-rate.ts";
import { isStillUnderstood, tryRate } from "./try-rate.ts";

/** Tells a loader that was started anew what the one before had been told. */
export type Restore = () => Promise<void>;

/**
 * To be called before so many bytes go over the line: climbs, once a session, to the highest rate that it carries. Does
 * nothing for little, where the caller named the rate, and where it cannot be changed. What the line does on the way
 * costs time and nothing else: the session is at a rate then at which it is understood.
 *
 * Throws what connecting throws when not even a reset brings the chip back, `port.lost`, `operation.aborted`.
 */
export async function raiseRate(session: LiveSession, lineBytes: number, restore: Restore): Promise<void> {
  const ceiling = climbTarget(session, lineBytes);
  if (session.loader !== "stub" || ceiling === null) return;
  const remembered = await recallRate(session, ceiling);
  await climb(session, { ceiling, remembered }, restore);
  settleAt(session, { left: null, isNoise: false });
  await keepRate(session, remembered);
  tellRate(session);
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

type Climber = Pick<LiveSession, "rate" | "link" | "loader">;

/** The rate that is hoped for when so many bytes go over the line. Pure. */
export function expectedRate(session: Climber, lineBytes: number): number {
  return climbTarget(session, lineBytes) ?? session.link.baudRate;
}

/** How high to climb before so many bytes; null: not at all. Pure. */
function climbTarget({ rate: { ceiling, climbed }, loader }: Climber, lineBytes: number): number | null {
  if (climbed || ceiling === null || ceiling <= COMMON_BAUD || loader !== "stub") return null;
  return isWorthClimbing(lineBytes) ? ceiling : null;
}

interface Way {
  readonly ceiling: number;
  /** What worked in an earlier session, and is tried first. */
  readonly remembered: RememberedRate | null;
}

async function climb(session: StubSession, { ceiling, remembered }: Way, restore: Restore): Promise<void> {
  const { link } = session;
  const write: ProofWrite = { isBegun: false };
  // While the rate is still the one that everything else went at.
  await repeatable(session, () => beginProof(session, write));
  const restart = async (baudRate: number): Promise<void> => {
    write.isBegun = false;
    await startAgain(session, baudRate, restore);
  };
  let top = ceiling;
  if (remembered !== null) {
    const outcome = await ascend(session, [remembered.baudRate], true);
    const works = link.baudRate === remembered.baudRate && outcome === "understood";
    // One step is what it may cost; below it the way is as without it.
    if (!works) tellForgotten(session, remembered.baudRate);
    if (outcome === "lost") await restart(link.baudRate);
    if (!works) top = rungBelow(remembered.baudRate);
    else if (!remembered.looksHigher) top = remembered.baudRate;
  }
  if ((await ascend(session, rungsAbove(link.baudRate, top))) === "lost") await restart(link.baudRate);
  // What is understood need not carry full payloads.
  while (link.baudRate > COMMON_BAUD && !(await provesRate(session, write))) {
    const isRemembered = link.baudRate === remembered?.baudRate;
    session.emit({ type: "baud.tried", baudRate: link.baudRate, works: false, remembered: isRemembered });
    if (isRemembered) tellForgotten(session, link.baudRate);
    await stepDown(session, restart);
  }
}

/**
 * Goes up these rungs as far as short messages are understood. `lost`: no more at the rate that the link is set to, which is
 * the last that worked; only a reset helps.
 */
async function ascend(
  session: StubSession,
  rungs: readonly number[],
  remembered = false,
): Promise<"understood" | "lost"> {
  const { link } = session;
  for (const rung of rungs) {
    throwIfAborted(link.signal);
    // Half of a step leaves two sides that do not understand each other.
    const outcome = await link.withoutSignal(() => tryRate(session, rung));
    session.emit({ type: "baud.tried", baudRate: rung, works: outcome === "understood", remembered });
    if (outcome === "lost") return "lost";
    // Beyond a rate that the line does not carry is none that it does; a port may lack one and have the next.
    if (outcome === "refused") break;
  }
  return "understood";
}

/** One rung down from a rate that does not do, without a reset where the chip can still be told. */
export async function stepDown(session: StubSession, restart: (baudRate: number) => Promise<void>): Promise<void> {
  const { link } = session;
  throwIfAborted(link.signal);
  const lower = rungBelow(link.baudRate);
  const outcome = await link.withoutSignal(async () => {
    await isStillUnderstood(session);
    // Also where nothing is understood: telling the chip blindly may do.
    return await tryRate(session, lower);
  });
  if (outcome !== "understood") await restart(lower);
}

/** From the reset on; where not even the stub arrives at this rate, at the next lower one. */
export async function startAgain(session: LiveSession, baudRate: number, restore: Restore): Promise<void> {
  const { rate } = session;
  try {
    await rate.startAgain(session, baudRate);
    await restore();
  } catch (error) {
    if (baudRate <= COMMON_BAUD || !isLineTrouble(error)) throw error;
    await startAgain(session, rungBelow(baudRate), restore);
  }
}

function tellForgotten({ emit }: LiveSession, baudRate: number): void {
  emit({
    type: "note",
    code: "baud.remembered-fails",
    message: `This board was good for ${baudRate} baud before and is not now; looking for another rate.`,
    details: { baudRate },
  });
}

/** The rate that was chosen, in the words that scripts know. */
function tellRate({ link, emit }: LiveSession): void {
  if (link.baudRate === COMMON_BAUD) return;
  emit({ type: "baud.changing", baudRate: link.baudRate });
  emit({ type: "baud.changed", baudRate: link.baudRate });
}
