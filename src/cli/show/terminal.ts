import type { TextStream } from "../host/host.ts";
import { textWidth } from "./screen/text-width.ts";
import { terminalColumns, wrapLine } from "./screen/wrap-text.ts";

export interface TerminalOptions {
  /** Lines of a finished stage disappear; what is drawn is drawn over itself. */
  readonly rewrites: boolean;
}

/** What stands at the bottom of the screen and may still change; the cursor is behind its last line. */
interface Drawn {
  /** What is drawn: another one does not take its place. */
  readonly subject: string;
  /** None of them wider than the screen. */
  readonly lines: readonly string[];
  /** What is left of it when it no longer changes; whole, where the lines had to be cut. */
  readonly settled: readonly string[];
}

/**
 * The text on the screen: which line is still open, and how many lines the current stage has printed, so that they can
 * be taken back when it is done. On anything but a terminal it only ever adds lines, as they are.
 */
export class Terminal {
  readonly #out: TextStream;
  readonly rewrites: boolean;
  /** Text of the line the cursor is in; empty at the beginning of a line. */
  #openLine = "";
  #drawn: Drawn | null = null;
  #lastWasBlank = true;
  /** Rows printed since the stage began; null outside of a stage. */
  #stageRows: number | null = null;
  #kept: string[] = [];

  constructor(out: TextStream, options: TerminalOptions) {
    this.#out = out;
    this.rewrites = options.rewrites;
  }

  /** Width of the screen, where there is one. */
  get columns(): number | undefined {
    return terminalColumns(this.#out);
  }

  /** A whole line, or several; an open one is ended first. */
  line(text: string): void {
    this.endLine();
    for (const part of text.split("\n")) {
      for (const row of this.#rows(part)) {
        this.#put(row);
        this.#newline(row === "");
      }
    }
  }

  /** A line that outlives its stage: notes and warnings. What is drawn stays below it. */
  keep(text: string): void {
    const drawn = this.#drawn;
    this.#erase();
    this.line(text);
    if (this.#stageRows !== null) this.#kept.push(text);
    if (drawn !== null) this.draw(drawn);
  }

  /** One empty line, unless there is one already. */
  blank(): void {
    this.endLine();
    if (!this.#lastWasBlank) this.#newline(true);
  }

  /** Text without an end of line; the next call may continue it. */
  open(text: string): void {
    this.endLine();
    this.#put(text);
  }

  /** Continues the open line, or opens one. */
  append(text: string): void {
    this.#put(text);
  }

  /**
   * Draws over what was drawn before of the same subject, until something else is printed. Call only when `rewrites`.
   */
  draw(drawn: Drawn): void {
    const { lines } = drawn;
    if (this.#openLine !== "" || (this.#drawn !== null && this.#drawn.subject !== drawn.subject)) this.endLine();
    const before = this.#drawn?.lines ?? [];
    if (before.length > lines.length) this.#erase();
    const up = this.#drawn === null || before.length < 2 ? "" : `\u001b[${before.length - 1}A`;
    // Whatever a longer text left behind is blanked out.
    const shown = lines.map(
      (line, index) => line + " ".repeat(Math.max(0, textWidth(before[index] ?? "") - textWidth(line))),
    );
    this.#out.write(`${up}\r${shown.join("\n")}`);
    this.#drawn = drawn;
  }

  /** The cursor goes to the beginning of a line; what was drawn stays above it. */
  endLine(): void {
    if (this.#drawn !== null) this.#settle(this.#drawn);
    if (this.#openLine !== "") this.#newline(false);
  }

  beginStage(): void {
    this.endLine();
    if (!this.rewrites) return;
    this.#stageRows = 0;
    this.#kept = [];
  }

  /** Takes the stage's lines back, but for those that were to be kept. */
  endStage(): void {
    if (this.#stageRows === null) {
      this.endLine();
      return;
    }
    this.#erase();
    this.endLine();
    const rows = this.#stageRows;
    this.#stageRows = null;
    this.#out.write("\u001b[1A\u001b[2K".repeat(rows));
    for (const text of this.#kept.splice(0)) this.line(text);
  }

  /** The stage failed: its lines stay, as evidence. */
  abandonStage(): void {
    this.endLine();
    this.#stageRows = null;
    this.#kept = [];
  }

  #rows(text: string): string[] {
    const { columns } = this;
    return columns === undefined ? [text] : wrapLine(text, columns);
  }

  #settle({ lines, settled }: Drawn): void {
    if (settled.length === lines.length && settled.every((line, index) => line === lines[index])) {
      this.#drawn = null;
      for (const line of lines) this.#count(line);
      this.#out.write("\n");
      this.#lastWasBlank = false;
      return;
    }
    this.#erase();
    for (const text of settled) this.line(text);
  }

  /** What was drawn goes away; the cursor is where it began. */
  #erase(): void {
    if (this.#drawn === null) return;
    this.#out.write(`\r\u001b[2K${"\u001b[1A\u001b[2K".repeat(this.#drawn.lines.length - 1)}`);
    this.#drawn = null;
  }

  #put(text: string): void {
    if (text === "") return;
    this.#out.write(text);
    this.#openLine += text;
  }

  #newline(blank: boolean): void {
    this.#out.write("\n");
    this.#count(this.#openLine);
    this.#openLine = "";
    this.#lastWasBlank = blank;
  }

  #count(line: string): void {
    if (this.#stageRows !== null) this.#stageRows += rowsOf(line, this.columns);
  }
}

/** Rows that a line takes on a screen of that width. */
function rowsOf(text: string, columns: number | undefined): number {
  return columns === undefined ? 1 : Math.max(1, Math.ceil(textWidth(text) / columns));
}
