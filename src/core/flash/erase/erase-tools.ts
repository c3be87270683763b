import type { LiveSession } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { ERASE_FLASH } from "../../wire/commands.ts";
import { loadSecurityRules } from "../guard/load-security-rules.ts";
import { readSecurityFacts } from "../guard/security-facts.ts";

/** What flash is erased with, besides what only that needs: given to `eraseChip`, which is a part of its own. */
export interface EraseTools {
  readonly stopwatch: typeof stopwatch;
  readonly readSecurityFacts: typeof readSecurityFacts;
  readonly loadSecurityRules: typeof loadSecurityRules;
  readonly sendChipErase: (session: LiveSession) => Promise<unknown>;
}

export const ERASE_TOOLS: EraseTools = {
  stopwatch,
  readSecurityFacts,
  loadSecurityRules,
  // Erasing twice does no harm, so a lost answer is no tragedy.
  sendChipErase: (session) => repeatable(session, () => session.link.exchange(ERASE_FLASH, {})),
};
