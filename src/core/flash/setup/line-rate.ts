import { toEspError } from "../../errors.ts";
import type { Restore } from "../../session/climb/climb.ts";
import { climbTarget, expectedRate } from "../../session/climb/climb-target.ts";
import type { RateVerdict } from "../../session/climb/judge-trouble.ts";
import { LINE_TALK } from "../../session/climb/line-talk.ts";
import { loadSearch, type Search, searchOf } from "../../session/climb/load-search.ts";
import type { LiveSession } from "../../session/session.ts";
import { flashMemo } from "./flash-memo.ts";
import { setUpAgain } from "./survive-loss.ts";

/**
 * Before so many bytes go over the line: at the best rate, where that is ours to find and there is much. The flash is attached
 * before it, and is after it. Where the search cannot be loaded the rate stays as it is.
 */
export async function makeLineFast(session: LiveSession, lineBytes: number): Promise<void> {
  const ceiling = climbTarget(session, lineBytes);
  if (session.loader !== "stub" || ceiling === null) return;
  const search = await searchFor(session);
  await search?.raiseRate({ session, talk: LINE_TALK }, ceiling, restoring(session));
}

async function searchFor({ rate, link, emit }: LiveSession): Promise<Search | null> {
  try {
    return await loadSearch(rate);
  } catch (error) {
    rate.ceiling = null;
    const { message } = toEspError(error);
    emit({ type: "note", code: "baud.no-search", message: `${message} Going on at ${link.baudRate} baud.` });
    return null;
  }
}

/** What a byte will take on the line when so many are sent, in milliseconds: the climb comes before them. */
export function expectedLineMs(session: LiveSession, lineBytes: number): number {
  const { link } = session;
  return (link.lineMs(1) * link.baudRate) / expectedRate(session, lineBytes);
}

/** For each message of a transfer that was damaged or lost: what is to be done about the rate. One that was not raised stays. */
export function judgeLine(session: LiveSession, isFutile: boolean): RateVerdict {
  const search = searchOf(session.rate);
  if (search === undefined || session.loader !== "stub") return "stay";
  return search.noteTrouble({ session, talk: LINE_TALK }, isFutile);
}

/** Does it, after trouble in a transfer, in step again. The flash is as it was. */
export async function settleRate(session: LiveSession, verdict: RateVerdict): Promise<void> {
  if (session.loader === "stub")
    await searchOf(session.rate)?.followVerdict({ session, talk: LINE_TALK }, verdict, restoring(session));
}

function restoring(session: LiveSession): Restore {
  const setup = { ...flashMemo(session) };
  return async () => await setUpAgain(session, setup);
}
