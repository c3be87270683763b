import { isEspError } from "../../errors.ts";
import type { Link } from "../../link/link.ts";
import type { LiveSession } from "../session.ts";
import type { RateSearch } from "./line-talk.ts";

/**
 * `understood`: both sides talk at the new rate. `unsupported`: the port has no such rate, and the chip was told nothing.
 * `refused`: they talk at the rate before. `lost`: at neither, or what answers is not the loader that was there; only a
 * reset helps.
 */
export type RateOutcome = "understood" | "unsupported" | "refused" | "lost";

const SYNCS = 2;
/** A frame that was cut off ends with the delimiter of the first SYNC, and an open flash read with the SYNC itself. */
const SYNCS_ON_TROUBLE = 3;
/** An answer that has not come after so long, and so many times what the one before took, will not come. */
const SURE_MS = 40;
const SURE_FACTOR = 3;
/** For a chip to switch. Who is not ready then misses the first SYNC and answers the second. */
const SWITCH_MS = 20;

/** Moves both sides to another rate and asks for a sign of life; where none comes, back to the rate before. */
export async function tryRate({ session, talk }: RateSearch<LiveSession>, baudRate: number): Promise<RateOutcome> {
  const { link } = session;
  const before = link.baudRate;
  if (!(await portHas(link, baudRate))) return "unsupported";
  const received = link.bytesReceived;
  const answerMs = await talk.switchTo(session, baudRate);
  const switched = link.bytesReceived;
  const waitMs = Math.min(link.limits.syncMs, SURE_MS + SURE_FACTOR * answerMs);
  if (await answersAsBefore({ session, talk }, SYNCS, waitMs)) return "understood";
  // It said that it switches and nothing since: it does not hear us, and would not hear of the way back.
  const isDeaf = received < switched && switched === link.bytesReceived;
  if (isDeaf) {
    await link.setBaudRate(before);
    return "lost";
  }
  // The chip may understand what we say without our understanding it, or not have heard of the new rate.
  await link.send(talk.CHANGE_BAUDRATE, {
    baudRate: before,
    currentBaudRate: session.traits.baudSecondWord === "current" ? baudRate : 0,
  });
  await talk.sleep(link.clock, SWITCH_MS, link.signal);
  await link.setBaudRate(before);
  return (await answersAsBefore({ session, talk }, SYNCS, waitMs)) ? "refused" : "lost";
}

/** Whether the loader of this session answers at the present rate, after whatever went wrong. */
export async function isStillUnderstood(search: RateSearch): Promise<boolean> {
  return await answersAsBefore(search, SYNCS_ON_TROUBLE, search.session.link.limits.syncMs);
}

async function answersAsBefore(
  { session, talk }: RateSearch<LiveSession>,
  syncs: number,
  waitMs: number,
): Promise<boolean> {
  const { link } = session;
  for (let attempt = 0; attempt < syncs; attempt++) {
    const answer = await talk.syncOnce(link, waitMs);
    if (answer === null) continue;
    // A chip that was reset is another conversation partner.
    if (answer.stubRunning !== (session.loader === "stub")) return false;
    link.discard();
    link.suspect = false;
    link.outstandingMs = 0;
    return true;
  }
  return false;
}

/** Asked before the chip is told: it could not be told to come back. */
async function portHas(link: Link, baudRate: number): Promise<boolean> {
  const before = link.baudRate;
  try {
    await link.setBaudRate(baudRate);
    return true;
  } catch (error) {
    if (!isEspError(error, "port.baud-unsupported")) throw error;
    return false;
  } finally {
    if (link.lostBecause === null && link.isOpen) await link.setBaudRate(before);
  }
}
