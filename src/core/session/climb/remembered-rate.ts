import { boardKey, keepFacts, recallFacts } from "../facts/what-was-learnt.ts";
import type { LiveSession } from "../session.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { isRung } from "./ladder.ts";

const TOPIC = "baud-rates";
/** After so many uses it is looked whether more is possible: whatever stood in the way may be gone. */
const LOOK_HIGHER_AFTER = 16;

export interface RememberedRate {
  readonly baudRate: number;
  /** How often it was found again since more than it was tried. */
  readonly uses: number;
}

/** The rate that this board had on this adapter, if it is one that would be tried. */
export async function recallRate(session: LiveSession, ceiling: number): Promise<RememberedRate | null> {
  const key = boardKey(session);
  if (key === null) return null;
  const facts = await recallFacts(session.connecting.memory, TOPIC, key);
  if (facts === null) return null;
  const { baudRate, uses } = facts;
  const isUsable = typeof baudRate === "number" && isRung(baudRate) && baudRate <= ceiling;
  if (!isUsable || typeof uses !== "number" || !Number.isSafeInteger(uses) || uses < 0) return null;
  return { baudRate, uses };
}

/** The rate that the session has now, found as remembered or anew. The lowest is not worth remembering: no try would follow. */
export async function keepRate(session: LiveSession, remembered: RememberedRate | null): Promise<void> {
  const key = boardKey(session);
  if (key === null || session.connecting.memory === undefined) return;
  const { baudRate } = session.link;
  const isFoundAgain = remembered?.baudRate === baudRate && !looksHigher(remembered);
  const facts = baudRate > COMMON_BAUD ? { baudRate, uses: isFoundAgain ? remembered.uses + 1 : 0 } : null;
  if (facts !== null || remembered !== null) await keepFacts(session.connecting.memory, TOPIC, key, facts);
}

/** It was used so often that the rates above it are due again. Pure. */
export function looksHigher({ uses }: RememberedRate): boolean {
  return uses >= LOOK_HIGHER_AFTER;
}
