import type { Emit, Notice } from "../../events.ts";
import { loadWords } from "../../load-part.ts";
import type { Unusual } from "./unusual-words.ts";

/**
 * Tells of a port, a line or a chip that is not as most are. Most pages never have to, so the words are loaded when they are
 * needed; where they cannot be, there are code and facts, which programs go by.
 */
export async function tellUnusual<Code extends keyof Unusual>(
  emit: Emit,
  type: "note" | "warning",
  code: Code,
  facts: Unusual[Code],
): Promise<void> {
  const words = await loadWords(() => import("./unusual-words.ts"));
  const message = words?.unusualWords(code, facts) ?? `The words for '${code}' could not be loaded.`;
  const notice: Notice = { code, message, details: { ...facts } };
  // Each type by itself: both with all codes are more than the compiler tells apart.
  emit(type === "note" ? { type, ...notice } : { type, ...notice });
}
