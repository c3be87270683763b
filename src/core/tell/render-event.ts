// Room: an event as a line.
// In: an `EspEvent`.
// Out: text or null.

import { hexAddress, toHex } from "../bytes/hex.ts";
import { type Check, checkThat, invalidArgument } from "../check/check.ts";
import type { EspEvent, TraceRecord } from "../events.ts";
import { CONNECT_LINES } from "./connect-lines.ts";
import { EFUSE_LINES } from "./efuse-lines.ts";
import { FLASH_LINES } from "./flash-lines.ts";
import type { Lines } from "./lines.ts";
import { NAND_LINES } from "./nand-lines.ts";

/** Each kind of event is in it, or this does not compile. */
const LINES: Lines<EspEvent["type"]> = {
  ...CONNECT_LINES,
  ...FLASH_LINES,
  ...NAND_LINES,
  ...EFUSE_LINES,
  trace,
};

const checkEvent: Check<EspEvent> = checkThat(
  (event) => typeof event === "object" && event !== null && Object.hasOwn(LINES, Reflect.get(event, "type")),
  "an event",
);

/**
 * The line a terminal would show for an event, without its end; null where there is nothing to show. Few have a second
 * line. For who only wants a log; what a file or a device is called stands in it as it is.
 * @example const session = await connect(port, { onEvent: (event) => log(renderEvent(event)) });
 */
export function renderEvent(event: EspEvent): string | null {
  const known = checkEvent(event, "event");
  // Looked up by its own type: that is what the table guarantees.
  const line = LINES[known.type] as (event: EspEvent) => string | null;
  try {
    return line(known);
  } catch {
    throw invalidArgument("event", event, `an event of the type ${known.type} with all its parts`);
  }
}

function trace(record: TraceRecord): string {
  if (record.what !== "command") return `TRACE ${record.what} ${record.bytes.length} bytes: ${toHex(record.bytes)}`;
  const { name, opcode, data } = record;
  return `TRACE command ${name} (${hexAddress(opcode, 2)}), ${data.length} bytes: ${toHex(data)}`;
}
