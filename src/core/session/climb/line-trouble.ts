import type { LiveSession, RateRecord } from "../session.ts";
import { lineBytesOf, type Restore, settleAt, startAgain, stepDown } from "./climb.ts";
import { judgeTrouble, type RateVerdict } from "./judge-trouble.ts";
import type { RateSearch } from "./line-talk.ts";
import { keepRate, recallRate } from "./remembered-rate.ts";
import { isStillUnderstood, tryRate } from "./try-rate.ts";

/**
 * To be called for each message that was damaged or lost in a transfer: counts it, and says what is to be done about the
 * rate, which `followVerdict` does. `stay` at the lowest, and where the rate is not ours to change.
 */
export function noteTrouble({ session, talk }: RateSearch, isFutile: boolean): RateVerdict {
  const { rate, link } = session;
  rate.seen.troubles++;
  if (rate.ceiling === null) return "stay";
  const { left, isNoise } = rate.seen;
  const verdict = judgeTrouble({ now: recordOf(session), left, isNoise, isFutile });
  return verdict === "lower" && link.baudRate <= talk.lowestRate ? "stay" : verdict;
}

/**
 * Changes the rate for the rest of the session, in step again, and says so. What the loader was told may be void then: the
 * chip may have been reset on the way, and `restore` tells it anew. Throws as `raiseRate`.
 */
export async function followVerdict(search: RateSearch, verdict: RateVerdict, restore: Restore): Promise<void> {
  if (verdict === "lower") await lowerRate(search, restore);
  else if (verdict === "return") await returnToRate(search, restore);
}

function recordOf({ rate: { seen }, link }: LiveSession): RateRecord {
  return { baudRate: link.baudRate, bytes: lineBytesOf(link) - seen.sinceBytes, troubles: seen.troubles };
}

async function lowerRate(search: RateSearch, restore: Restore): Promise<void> {
  const { session } = search;
  const { link, emit } = session;
  const { climbed, seen } = session.rate;
  const { isNoise } = seen;
  const left = recordOf(session);
  const before = link.baudRate;
  await stepDown(search, (baudRate) => startAgain(search, baudRate, restore));
  settleAt(session, { left, isNoise });
  // A little trouble with a little says nothing of what was proved with much.
  if (climbed) await keepRate(search, await recallRate(search, before));
  emit({
    type: "note",
    code: "baud.lowered",
    message: `The line had trouble at ${before} baud; going on at ${link.baudRate}.`,
    details: { before, baudRate: link.baudRate },
  });
}

/** The rate before was proved, and is not to blame. Where it is not understood any more, it stays as it is. */
async function returnToRate(search: RateSearch, restore: Restore): Promise<void> {
  const { session } = search;
  const { link, emit, rate } = session;
  const before = link.baudRate;
  const wanted = rate.seen.left?.baudRate ?? before;
  const outcome = await link.withoutSignal(async () => {
    await isStillUnderstood(search);
    return await tryRate(search, wanted);
  });
  if (outcome === "lost") await startAgain(search, before, restore);
  settleAt(session, { left: null, isNoise: true });
  await keepRate(search, await recallRate(search, wanted));
  if (link.baudRate === before) return;
  emit({
    type: "note",
    code: "baud.returned",
    message: `The line has as much trouble at ${before} baud, so it is not the rate; going on at ${link.baudRate}.`,
    details: { before, baudRate: link.baudRate },
  });
}
