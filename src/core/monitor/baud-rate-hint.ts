import { checkBaudRate } from "../check/numbers.ts";
import type { LineProcessor } from "./line.ts";

/** esp-idf-monitor speaks up after as many. */
const LINES_BEFORE_HINT = 3;
const REPLACEMENT_CHARACTER = "\ufffd";

/** Says once that what comes cannot be decoded, and what usually is the reason. */
export function baudRateHint(baudRate: number): LineProcessor {
  checkBaudRate(baudRate, "baudRate");
  let count = 0;
  return ({ text }) => {
    if (count >= LINES_BEFORE_HINT || !text.includes(REPLACEMENT_CHARACTER)) return [];
    if (++count < LINES_BEFORE_HINT) return [];
    return [
      `Much of this is no text. Does the device print at ${baudRate} baud? Others than 115200 are common: the ROM of an ` +
        "ESP8266 with a 26 MHz crystal prints at 74880. A crystal setting of the firmware that does not fit the board looks " +
        "the same. The bytes themselves may tell more.",
    ];
  };
}
