import type { RememberedRate } from "../facts/what-was-learnt.ts";
import type { LineRate, LiveSession } from "../session.ts";
import type { RateSearch } from "./line-talk.ts";

/** The rate that this board had on this adapter, if it is one that would be tried. */
export async function recallRate(
  { session, talk }: RateSearch<LiveSession>,
  ceiling: number,
): Promise<RememberedRate | null> {
  return await recall({ session, talk }, (baudRate) => talk.rungs.includes(baudRate) && baudRate <= ceiling);
}

/** As `recallRate`, for the upload of the stub: also the lowest, which says that no higher one is to be tried for that. */
export async function recallUploadRate(
  { session, talk }: RateSearch<LiveSession>,
  ceiling: number,
): Promise<RememberedRate | null> {
  const rates = [talk.lowestRate, ...talk.rungs];
  return await recall({ session, talk }, (baudRate) => rates.includes(baudRate) && baudRate <= ceiling);
}

async function recall(
  { session, talk }: RateSearch<LiveSession>,
  isTried: (baudRate: number) => boolean,
): Promise<RememberedRate | null> {
  const board = talk.boardOf(session);
  const learnt = await talk.loadLearnt(session.connecting);
  return board === null || learnt === null ? null : await learnt.recallRate(learnt.memory, board, isTried);
}

/** The rate that the session has now, found as remembered or anew. The lowest is not worth remembering: no try would follow. */
export async function keepRate(search: RateSearch, remembered: RememberedRate | null): Promise<void> {
  const { baudRate } = search.session.link;
  await keep(search, { found: baudRate > search.talk.lowestRate ? baudRate : null, remembered });
}

export async function forgetRate(search: RateSearch<LiveSession>, remembered: RememberedRate): Promise<void> {
  await keep(search, { found: null, remembered });
}

/** The rate that the session has now, found for the upload of the stub: the lowest, too, spares what finding it costs then. */
export async function keepUploadRate(
  search: RateSearch<LiveSession>,
  remembered: RememberedRate | null,
): Promise<void> {
  await keep(search, { found: search.session.link.baudRate, remembered });
}

/** Sessions that have kept or counted a rate: what is found again is one use of it, for stub and transfer together. */
const COUNTED = new WeakSet<LineRate>();

async function keep(
  { session, talk }: RateSearch<LiveSession>,
  rate: { readonly found: number | null; readonly remembered: RememberedRate | null },
): Promise<void> {
  if (COUNTED.has(session.rate) && rate.found === rate.remembered?.baudRate) return;
  COUNTED.add(session.rate);
  const board = talk.boardOf(session);
  const learnt = await talk.loadLearnt(session.connecting);
  if (board !== null) await learnt?.keepRate(learnt.memory, board, rate);
}
