import { type Check, checkThat } from "../check/check.ts";
import { kindOf } from "../check/describe-value.ts";
import { hasParts } from "../check/shapes.ts";
import { checkFunction, checkObject, checkText } from "../check/values.ts";
import type { Clock } from "../clock.ts";
import type { Port, PortInfo } from "./port.ts";

export const checkClock: Check<Clock> = hasParts<Clock>("a clock with now and after", {
  now: checkFunction,
  after: checkFunction,
});

export const checkPortInfo: Check<PortInfo> = hasParts<PortInfo>("what is known of a port, with its path", {
  path: checkText,
});

const WHAT = "a port, as portFromString, webSerialPort or virtualChip give it";
const HINT = "Await the function that makes the port first, and give the port itself.";

export const checkPort: Check<Port> = (value, argument) => {
  // The usual mistake, and the one whose sentence would be hard to understand.
  checkThat((given) => kindOf(given) !== "Promise", WHAT, HINT)(value, argument);
  return checkPortParts(value, argument);
};

const checkPortParts: Check<Port> = hasParts<Port>(WHAT, {
  info: checkPortInfo,
  capabilities: checkObject,
  clock: checkClock,
  open: checkFunction,
  close: checkFunction,
  write: checkFunction,
  setBaudRate: checkFunction,
  setLines: checkFunction,
});
