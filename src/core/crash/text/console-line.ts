import { withoutColours } from "../../bytes/colours.ts";

/** No ROM, boot loader or panic handler writes longer lines; what is longer is noise. */
const MOST_CHARACTERS = 4096;
/** What terminals write before each line when they are asked for the time. */
const TIMES = /^\[?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,6}){0,2}\]? ?(?:-> |> )?/;

/** A line as the device meant it: without colours, its end, and what another terminal put before it. Null for noise. */
export function consoleLine(line: string): string | null {
  if (line.length > MOST_CHARACTERS) return null;
  return withoutColours(line).replace(/\r+$/, "").replace(TIMES, "");
}
