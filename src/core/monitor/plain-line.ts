import { withoutColours } from "../bytes/colours.ts";
import { checkText } from "../check/values.ts";

/**
 * A line of a device without the control sequences of colours, to be searched or compared. Throws `argument.invalid`.
 *
 * @example plainLine("\u001b[0;31mE (12) app: failed\u001b[0m") // "E (12) app: failed"
 */
export function plainLine(text: string): string {
  return withoutColours(checkText(text, "text"));
}
