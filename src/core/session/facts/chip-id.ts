import { checkSession } from "../check-session.ts";
import type { Session } from "../session.ts";
import { operation } from "../talk/operation.ts";
import { readWords } from "../talk/registers.ts";

/**
 * The number that an ESP8266 calls its chip id; null on all other chips, which are told apart by their MAC address.
 * Throws `link.*`, `port.*`.
 */
export async function readChipId(session: Session): Promise<number | null> {
  const live = checkSession(session, "session");
  const { chipNumber, identityRegisters } = live.chip;
  return await operation(live, undefined, async () =>
    chipNumber === null ? null : chipNumber(await readWords(live, identityRegisters)),
  );
}
