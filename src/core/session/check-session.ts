import { type Check, invalidArgument } from "../check/check.ts";
import { kindOf } from "../check/describe-value.ts";
import { liveSession } from "./handle.ts";
import type { LiveSession } from "./session.ts";

const WHAT = "a session, as connect gives it";
const COPY_HINT = "Give the object itself that connect gave, not a copy of it.";

/**
 * From a session as its user holds it to what the rooms hold. Throws `argument.invalid`; that the session is still open
 * is asked by `operation`.
 */
export const checkSession: Check<LiveSession> = (value, argument) => {
  const live = typeof value === "object" && value !== null ? liveSession(value) : undefined;
  if (live !== undefined) return live;
  const hint = kindOf(value) === "Promise" ? "Await connect first." : COPY_HINT;
  throw invalidArgument(argument, value, WHAT, hint);
};
