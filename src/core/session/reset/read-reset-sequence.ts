import { EspError } from "../../errors.ts";
import type { ResetSequence, ResetStep } from "./reset-sequence.ts";

const CUSTOM_FORM =
  "commands joined by '|': D0 or D1 (DTR), R0 or R1 (RTS), U0,1 (DTR and RTS at once), W0.1 (wait, seconds)";

/** What `parseResetSequence` does, with arguments that were looked at. A page loads this when it has a sequence of its own. */
export function readResetSequence(text: string, name = "custom reset"): ResetSequence {
  const invalid = (part: string): EspError =>
    new EspError("connect.reset-sequence", `Invalid custom reset sequence option format: '${part}' is not a step.`, {
      hint: `Write ${CUSTOM_FORM}.`,
      details: { sequence: text },
    });
  let dtr = false;
  let rts = false;
  const steps = text.split("|").map((raw): ResetStep => {
    const part = raw.trim();
    const wait = /^W(\d+(?:\.\d*)?|\.\d+)$/.exec(part);
    if (wait !== null) {
      const waitMs = Number(wait[1]) * 1000;
      if (waitMs > 60_000) throw invalid(part);
      return { waitMs };
    }
    const match = /^(?:D([01])|R([01])|U([01])\s*,\s*([01]))$/.exec(part);
    if (match === null) throw invalid(part);
    const [, onlyDtr, onlyRts, bothDtr, bothRts] = match;
    if (onlyDtr !== undefined) dtr = onlyDtr === "1";
    if (onlyRts !== undefined) rts = onlyRts === "1";
    if (bothDtr !== undefined) {
      dtr = bothDtr === "1";
      rts = bothRts === "1";
    }
    return { dtr, rts };
  });
  return { name, steps };
}
