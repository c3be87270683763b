import { type Check, checkThat } from "../check/check.ts";
import { kindOf } from "../check/describe-value.ts";
import { hasParts } from "../check/shapes.ts";
import { checkFunction, checkObject } from "../check/values.ts";
import type { Session } from "./session.ts";

const WHAT = "a session, as connect gives it";

const checkParts: Check<Session> = hasParts<Session>(WHAT, {
  link: hasParts<Session["link"]>("a session's link", { exchange: checkFunction, withSignal: checkFunction }),
  chip: checkObject,
  traits: checkObject,
  emit: checkFunction,
  memory: checkObject,
});

/** Throws `argument.invalid`; that the session is still open is asked by `operation`. */
export const checkSession: Check<Session> = (value, argument) => {
  checkThat((given) => kindOf(given) !== "Promise", WHAT, "Await connect first.")(value, argument);
  return checkParts(value, argument);
};
