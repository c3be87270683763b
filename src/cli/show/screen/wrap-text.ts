// Shelf: how text and bars fit a screen.
// In: text, widths, numbers.
// Out: lines that fit.

import type { TextStream } from "../../host/host.ts";
import { textWidth } from "./text-width.ts";

/**
 * One line as several that fit, broken between words; a word that is wider than the screen stays whole. What follows the
 * first is indented by `hang`, by default as the line itself suggests.
 */
export function wrapLine(line: string, columns: number, hang: number = hangOf(line, columns)): string[] {
  if (textWidth(line) <= columns) return [line];
  const lines: string[] = [];
  let current = "";
  let width = 0;
  let isEmpty = true;
  // Blanks and words in turn; blanks at a break are dropped, others stay as they are.
  const pieces = line.split(/( +)/);
  for (let index = 0; index < pieces.length; index += 2) {
    const word = pieces[index] ?? "";
    const blanks = index === 0 ? "" : (pieces[index - 1] ?? "");
    const wordWidth = textWidth(word);
    if (!isEmpty && width + blanks.length + wordWidth > columns) {
      lines.push(current);
      current = " ".repeat(hang) + word;
      width = hang + wordWidth;
    } else {
      current += blanks + word;
      width += blanks.length + wordWidth;
    }
    isEmpty &&= word === "";
  }
  return [...lines, current];
}

/** Where a label ends and its value begins: two blanks or more between them. */
const GAP = /\S {2,}(?=\S)/;

/** Values stay under each other; other lines go on a little to the right of where they began. */
function hangOf(line: string, columns: number): number {
  const gap = GAP.exec(line);
  const label = gap === null ? 0 : gap.index + gap[0].length;
  if (label > 0 && label <= columns / 2) return label;
  const lead = line.length - line.trimStart().length;
  // So far to the right it stands under a value already.
  return Math.min(lead >= 8 ? lead : lead + 2, Math.floor(columns / 2));
}

/** Text of several lines. */
export function wrapText(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, columns))
    .join("\n");
}

/** Narrower than this no text can be read anyhow. */
const NARROWEST = 20;

/** The width of the terminal that the stream goes to; undefined where it goes elsewhere, or the terminal does not say. */
export function terminalColumns({ isTTY, columns }: Pick<TextStream, "isTTY" | "columns">): number | undefined {
  return isTTY && columns !== undefined && columns > 0 ? Math.max(NARROWEST, columns) : undefined;
}

/** As it is to be written to the stream: scripts match whole lines, so only a terminal's are broken. */
export function fittedText(text: string, stream: Pick<TextStream, "isTTY" | "columns">): string {
  const columns = terminalColumns(stream);
  return columns === undefined ? text : wrapText(text, columns);
}

const PAGE_COLUMNS = 80;
const WIDEST_PAGE = 100;

/** How wide a page of help is: as the terminal, short enough to read; 80 where there is none, or what COLUMNS says. */
export function pageColumns(
  stream: Pick<TextStream, "isTTY" | "columns">,
  env: Readonly<Record<string, string | undefined>>,
): number {
  const wished = Number(env["COLUMNS"]);
  const columns = terminalColumns(stream) ?? (Number.isInteger(wished) && wished > 0 ? wished : PAGE_COLUMNS);
  return Math.min(WIDEST_PAGE, Math.max(NARROWEST, columns));
}
