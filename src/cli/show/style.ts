import type { TextStream } from "../host/host.ts";

/** How a stream may be written to. */
export interface Style {
  /** Lines may be overwritten: a terminal that understands the control sequences for it. */
  readonly moves: boolean;
  readonly colours: boolean;
}

export type Colour = "warning" | "note" | "error" | "dim";

const CODES: Readonly<Record<Colour, string>> = {
  warning: "\u001b[33m",
  note: "\u001b[1;36m",
  error: "\u001b[31m",
  dim: "\u001b[2m",
};

/** Control sequences go to terminals only, never into a file; NO_COLOR and TERM=dumb are honoured. */
export function styleOf(stream: TextStream, env: Readonly<Record<string, string | undefined>>): Style {
  const moves = stream.isTTY && env["TERM"] !== "dumb";
  const noColour = env["NO_COLOR"];
  return { moves, colours: moves && (noColour === undefined || noColour === "") };
}

export function paint(text: string, colour: Colour, style: Style): string {
  return style.colours ? `${CODES[colour]}${text}\u001b[0m` : text;
}
