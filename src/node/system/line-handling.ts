import type { Check } from "../../core/check/check.ts";
import { oneOf } from "../../core/check/words.ts";

/** What becomes of the client's DTR and RTS; see `ServeRfc2217Options.lines`. */
export type LineHandling = "pass-through" | "local-reset";

export const checkLineHandling: Check<LineHandling> = oneOf<LineHandling>(["pass-through", "local-reset"]);
