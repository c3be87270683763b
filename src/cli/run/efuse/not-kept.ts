import { EspError, isEspError } from "../../../index.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";

/** What keeping failed with, together with what is burned. */
export function notKept(names: readonly string[], error: unknown): unknown {
  if (!isEspError(error)) return error;
  const what = `${names.join(", ")} ${names.length === 1 ? "is" : "are"} burned, but not saved.`;
  return new EspError(error.code, `${what} ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    details: { ...error.details, burned: names, saved: false },
    cause: error,
  });
}

export function asWarning(failure: unknown): Parameters<RunContext["emit"]>[0] {
  const known = isEspError(failure) ? failure : new EspError("internal", String(failure));
  return { session: CLI_SESSION, type: "warning", code: known.code, message: known.message };
}
