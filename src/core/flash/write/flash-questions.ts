import type { LiveSession } from "../../session/session.ts";
import { flashHolds } from "../flash-digest.ts";
import { readLittle } from "../read/read-little.ts";
import { readJedecWord } from "../setup/jedec.ts";
import { readStatus } from "../setup/status.ts";
import type { FlashQuestions } from "./explain-mismatch.ts";

/** What may be asked about a flash that does not hold what was written. */
export function questionsOf(session: LiveSession): FlashQuestions {
  const canAskFlash = session.traits.canReadRegisters;
  return {
    read: async (address, sizeBytes) => await readLittle(session, { address, sizeBytes }),
    holds: async (address, data) => await flashHolds(session, address, data),
    jedecId: async () => (canAskFlash ? await readJedecWord(session, true) : null),
    status: async () => (canAskFlash ? await readStatus(session, 2) : null),
  };
}
