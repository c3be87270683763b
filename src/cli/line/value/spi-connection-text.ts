import { EspError } from "../../../index.ts";
import { parseInteger } from "./integers.ts";

/**
 * `SPI`, `HSPI` (any case) or five integers CLK,Q,D,HD,CS (fact sheet 1.3), in one spelling: upper case, decimal.
 * Which pins a chip really has is checked when the chip is known.
 */
export function parseSpiConnection(text: string, name: string): string {
  const upper = text.toUpperCase();
  if (upper === "SPI" || upper === "HSPI") return upper;
  const pins = text.split(",").map((pin) => parseInteger(pin.trim()));
  if (pins.length === 5 && pins.every((pin) => pin !== null)) return pins.join(",");
  throw new EspError("argument.invalid", `Invalid value '${text}' for ${name}: it names no SPI pins.`, {
    hint: "Write SPI, HSPI or five GPIO numbers CLK,Q,D,HD,CS such as 6,7,8,9,11.",
    details: { value: text, name },
  });
}
