import { withoutColours } from "../../bytes/colours.ts";

/** No ROM, boot loader or panic handler writes longer lines; what is longer is noise. */
const MOST_CHARACTERS = 4096;
const CARRIAGE_RETURN = 0x0d;
/** What terminals write before each line when they are asked for the time. */
const TIMES = /^\[?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,6}){0,2}\]? ?(?:-> |> )?/;

/** A line as the device meant it: without colours, its end, and what another terminal put before it. Null for noise. */
export function consoleLine(line: string): string | null {
  if (line.length > MOST_CHARACTERS) return null;
  return withoutReturns(withoutColours(line)).replace(TIMES, "");
}

/** A pattern for them would look at each run of returns once for each of its beginnings. */
function withoutReturns(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
  return line.slice(0, end);
}
