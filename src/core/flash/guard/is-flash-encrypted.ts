import { checkSession } from "../../session/check-session.ts";
import type { Session } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { readSecurityFacts } from "./security-facts.ts";

/**
 * Whether the chip's flash encryption is on: what it reads from flash it decrypts, so applications have to be written
 * encrypted. Read once a session. Throws `link.*`, `port.*`.
 */
export async function isFlashEncrypted(session: Session): Promise<boolean> {
  const live = checkSession(session, "session");
  return await operation(live, undefined, async () => (await readSecurityFacts(live)).flashEncryption);
}
