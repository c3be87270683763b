import type { TextStream } from "../host/host.ts";

/** How a stream may be written to. */
export interface Style {
  /** Lines may be overwritten: a terminal that understands the control sequences for it. */
  readonly moves: boolean;
  readonly colours: boolean;
  /** The terminal shows ASCII only, as its locale says. */
  readonly ascii?: boolean;
}

export type Colour = "warning" | "note" | "error" | "dim" | "good";

const CODES: Readonly<Record<Colour, string>> = {
  warning: "\u001b[33m",
  note: "\u001b[1;36m",
  error: "\u001b[31m",
  dim: "\u001b[2m",
  good: "\u001b[32m",
};

/** Control sequences go to terminals only, never into a file; NO_COLOR and TERM=dumb are honoured. */
export function styleOf(stream: TextStream, env: Readonly<Record<string, string | undefined>>): Style {
  const moves = stream.isTTY && env["TERM"] !== "dumb";
  const noColour = env["NO_COLOR"];
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "UTF-8";
  return { moves, colours: moves && (noColour === undefined || noColour === ""), ascii: !/utf-?8/i.test(locale) };
}

/** What stands for something that is left out, or yet to come. */
export function ellipsis({ ascii }: Style): string {
  return ascii === true ? "..." : "\u2026";
}

export function paint(text: string, colour: Colour, style: Style): string {
  return style.colours ? `${CODES[colour]}${text}\u001b[0m` : text;
}
