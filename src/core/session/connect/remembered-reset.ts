import type { PortInfo } from "../../port/port.ts";
import { boardOf, loadLearnt } from "../facts/load-learnt.ts";
import type { ReachedBy, ResetOrder } from "../facts/what-was-learnt.ts";
import type { ResetSequence } from "../reset/reset-sequence.ts";
import type { ConnectOptions, LiveSession } from "../session.ts";

/** The same sequences, the one that worked last time first. Which board it is nobody knows yet: the adapter has to do. */
export async function orderResets(
  sequences: readonly ResetSequence[],
  info: PortInfo,
  options: ConnectOptions,
): Promise<ResetOrder<ResetSequence>> {
  const learnt = await loadLearnt(options);
  const asUsual = { sequences, usual: sequences[0]?.name, remembered: null };
  return learnt === null ? asUsual : await learnt.orderResets(learnt.memory, info, asUsual);
}

/** To be called when it is known which board answered. */
export async function keepReset(session: LiveSession, reached: ReachedBy | null): Promise<void> {
  const board = boardOf(session);
  const learnt = await loadLearnt(session.connecting);
  if (board !== null && reached !== null) await learnt?.keepReset(learnt.memory, board, reached);
}
