import { boardOf, loadLearnt } from "../facts/load-learnt.ts";
import type { RememberedRate } from "../facts/what-was-learnt.ts";
import type { LiveSession } from "../session.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { isRung } from "./ladder.ts";

/** The rate that this board had on this adapter, if it is one that would be tried. */
export async function recallRate(session: LiveSession, ceiling: number): Promise<RememberedRate | null> {
  const board = boardOf(session);
  const learnt = await loadLearnt(session.connecting);
  if (board === null || learnt === null) return null;
  return await learnt.recallRate(learnt.memory, board, (baudRate) => isRung(baudRate) && baudRate <= ceiling);
}

/** The rate that the session has now, found as remembered or anew. The lowest is not worth remembering: no try would follow. */
export async function keepRate(session: LiveSession, remembered: RememberedRate | null): Promise<void> {
  const board = boardOf(session);
  const learnt = await loadLearnt(session.connecting);
  const { baudRate } = session.link;
  const found = baudRate > COMMON_BAUD ? baudRate : null;
  if (board !== null) await learnt?.keepRate(learnt.memory, board, { found, remembered });
}
