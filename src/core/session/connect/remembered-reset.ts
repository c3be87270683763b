import { toHex } from "../../bytes/hex.ts";
import type { PortInfo } from "../../port/port.ts";
import { adapterKey, keepFacts, recallFacts } from "../facts/what-was-learnt.ts";
import type { ResetSequence } from "../reset/reset-sequences.ts";
import type { ConnectOptions, LiveSession } from "../session.ts";

const TOPIC = "reset-sequences";

/** Of the last connection on this adapter that took another reset than the usual first one. */
interface RememberedReset {
  readonly sequence: string;
  /** MAC address of the board. */
  readonly board: string;
}

/** What is tried in which order. */
export interface ResetOrder {
  readonly sequences: readonly ResetSequence[];
  /** What would be first without a memory. */
  readonly usual: string | undefined;
  readonly remembered: RememberedReset | null;
}

/** How the loader was reached: the last reset before it answered. */
export interface ReachedBy extends Omit<ResetOrder, "sequences"> {
  readonly worked: string | undefined;
}

/** The same sequences, the one that worked last time first. Which board it is nobody knows yet: the adapter has to do. */
export async function orderResets(
  sequences: readonly ResetSequence[],
  info: PortInfo,
  { memory }: ConnectOptions,
): Promise<ResetOrder> {
  const usual = sequences[0]?.name;
  const facts = sequences.length < 2 ? null : await recallFacts(memory, TOPIC, adapterKey(info));
  // Names alone are kept: what is done to the lines is never taken from there.
  const first = sequences.find(({ name }) => name === facts?.["sequence"]);
  if (first === undefined) return { sequences, usual, remembered: null };
  return {
    sequences: [first, ...sequences.filter((sequence) => sequence !== first)],
    usual,
    remembered: { sequence: first.name, board: String(facts?.["board"]).slice(0, 16) },
  };
}

/** To be called when it is known which board answered. */
export async function keepReset(session: LiveSession, { worked, usual, remembered }: ReachedBy): Promise<void> {
  const { mac, link, connecting } = session;
  if (mac === null || worked === undefined || usual === undefined) return;
  const board = toHex(mac.base);
  const isRemembered = worked === remembered?.sequence;
  if (isRemembered && board === remembered?.board) return;
  // Another board answers to what was remembered, as it may to anything: the usual order is tried with it first.
  const isNew = worked !== usual && !isRemembered;
  if (isNew || remembered !== null)
    await keepFacts(connecting.memory, TOPIC, adapterKey(link.port.info), isNew ? { sequence: worked, board } : null);
}
