import { checkText } from "../../check/values.ts";
import { readResetSequence } from "./read-reset-sequence.ts";
import type { ResetSequence } from "./reset-sequence.ts";

/** Parses `D0|R1|W0.1|D1|R0|W0.05|D0`. Throws `connect.reset-sequence`; nothing of the text is executed. */
export function parseResetSequence(text: string, name = "custom reset"): ResetSequence {
  return readResetSequence(checkText(text, "text"), checkText(name, "name"));
}
