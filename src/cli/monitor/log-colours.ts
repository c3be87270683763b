import type { LinePiece } from "../../index.ts";
import { type Colour, paint, type Style } from "../show/style.ts";

/** `E (1234) tag: ` and the like; what has a colour of its own begins with a control character. */
const LEVEL = /^([EWI]) \([\d:. -]{1,24}\) /;
const COLOURS: Readonly<Record<string, Colour>> = { E: "error", W: "warning", I: "good" };

/** Gives logs that have no colours those that ESP-IDF would give them; every piece of text ends uncoloured. */
export function logColours(style: Style): (piece: LinePiece, text: string) => string {
  let colour: Colour | undefined;
  return ({ text: own, starts, ends }, shown) => {
    if (starts) colour = COLOURS[LEVEL.exec(own)?.[1] ?? ""];
    const painted = colour === undefined || own === "" ? shown : paintLine(shown, colour, style);
    if (ends) colour = undefined;
    return painted;
  };
}

/** The end of the line stays outside, or the terminal would colour the rest of the row. */
function paintLine(text: string, colour: Colour, style: Style): string {
  const end = text.endsWith("\n") ? "\n" : "";
  return `${paint(text.slice(0, text.length - end.length), colour, style)}${end}`;
}
