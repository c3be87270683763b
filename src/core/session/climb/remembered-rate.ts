import type { RememberedRate } from "../facts/what-was-learnt.ts";
import type { RateSearch } from "./line-talk.ts";

/** The rate that this board had on this adapter, if it is one that would be tried. */
export async function recallRate({ session, talk }: RateSearch, ceiling: number): Promise<RememberedRate | null> {
  const board = talk.boardOf(session);
  const learnt = await talk.loadLearnt(session.connecting);
  if (board === null || learnt === null) return null;
  return await learnt.recallRate(
    learnt.memory,
    board,
    (baudRate) => talk.rungs.includes(baudRate) && baudRate <= ceiling,
  );
}

/** The rate that the session has now, found as remembered or anew. The lowest is not worth remembering: no try would follow. */
export async function keepRate({ session, talk }: RateSearch, remembered: RememberedRate | null): Promise<void> {
  const board = talk.boardOf(session);
  const learnt = await talk.loadLearnt(session.connecting);
  const { baudRate } = session.link;
  const found = baudRate > talk.lowestRate ? baudRate : null;
  if (board !== null) await learnt?.keepRate(learnt.memory, board, { found, remembered });
}
