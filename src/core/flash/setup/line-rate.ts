import { expectedRate, type Restore, raiseRate } from "../../session/climb/climb.ts";
import type { RateVerdict } from "../../session/climb/judge-trouble.ts";
import { followVerdict, noteTrouble } from "../../session/climb/line-trouble.ts";
import type { LiveSession } from "../../session/session.ts";
import { flashMemo } from "./flash-memo.ts";
import { setUpAgain } from "./survive-loss.ts";

/**
 * Before so many bytes go over the line: at the best rate, where that is ours to find. The flash is attached before it, and
 * is after it.
 */
export async function makeLineFast(session: LiveSession, lineBytes: number): Promise<void> {
  await raiseRate(session, lineBytes, restoring(session));
}

/** What a byte will take on the line when so many are sent, in milliseconds: the climb comes before them. */
export function expectedLineMs(session: LiveSession, lineBytes: number): number {
  const { link } = session;
  return (link.lineMs(1) * link.baudRate) / expectedRate(session, lineBytes);
}

/** For each message of a transfer that was damaged or lost: what is to be done about the rate. */
export function judgeLine(session: LiveSession, isFutile: boolean): RateVerdict {
  return noteTrouble(session, isFutile);
}

/** Does it, after trouble in a transfer, in step again. The flash is as it was. */
export async function settleRate(session: LiveSession, verdict: RateVerdict): Promise<void> {
  await followVerdict(session, verdict, restoring(session));
}

function restoring(session: LiveSession): Restore {
  const setup = { ...flashMemo(session) };
  return async () => await setUpAgain(session, setup);
}
