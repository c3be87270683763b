import type { PortInfo } from "../../port/port.ts";
import { boardOf, loadLearnt } from "../facts/load-learnt.ts";
import type { ReachedBy } from "../facts/what-was-learnt.ts";
import type { ResetSequence } from "../reset/reset-sequence.ts";
import type { ConnectOptions, LiveSession } from "../session.ts";

/** What is tried in which order. */
export interface ResetOrder extends Omit<ReachedBy, "worked"> {
  readonly sequences: readonly ResetSequence[];
}

/** The same sequences, the one that worked last time first. Which board it is nobody knows yet: the adapter has to do. */
export async function orderResets(
  sequences: readonly ResetSequence[],
  info: PortInfo,
  options: ConnectOptions,
): Promise<ResetOrder> {
  const usual = sequences[0]?.name;
  const learnt = await loadLearnt(options);
  const names = sequences.map(({ name }) => name);
  const remembered = names.length < 2 ? null : ((await learnt?.recallReset(learnt.memory, info, names)) ?? null);
  const isFirst = ({ name }: ResetSequence): boolean => name === remembered?.sequence;
  return { sequences: [...sequences.filter(isFirst), ...sequences.filter((one) => !isFirst(one))], usual, remembered };
}

/** To be called when it is known which board answered. */
export async function keepReset(session: LiveSession, reached: ReachedBy): Promise<void> {
  const board = boardOf(session);
  const learnt = board === null ? null : await loadLearnt(session.connecting);
  if (board !== null) await learnt?.keepReset(learnt.memory, board, reached);
}
