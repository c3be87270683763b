import { type ErrorCode, EspError, type EspErrorOptions } from "../../errors.ts";
import { loadWords } from "../../load-part.ts";
import type { Failures } from "./failure-words.ts";

/** The error for it. Most work succeeds, so the words are loaded with the error; without them it has its code and details. */
export async function failure<What extends keyof Failures>(
  code: ErrorCode,
  what: What,
  facts: Failures[What],
  options: Pick<EspErrorOptions, "remedies" | "details" | "cause"> = {},
): Promise<EspError> {
  const words = await loadWords(() => import("./failure-words.ts"));
  const { message, hint } = words?.failureWords(what, facts) ?? {
    message: `Why this failed could not be looked up: ${what}.`,
    hint: undefined,
  };
  return new EspError(code, message, { hint, ...options });
}
