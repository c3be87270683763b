import { loadPart } from "../../load-part.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";

export type SecurityRules = typeof import("./guard-security.ts");

/** What speaks against writing and erasing where security features are on; null where none is. Throws `package.part-missing`. */
export async function loadSecurityRules({
  flashEncryption,
  secureBoot,
  secureBootV1,
}: SecurityFacts): Promise<SecurityRules | null> {
  if (!flashEncryption && !secureBoot && !secureBootV1) return null;
  return await loadPart("the rules of chips with security features", () => import("./guard-security.ts"));
}
