import type { TextStream } from "../host/host.ts";

export interface TerminalOptions {
  /** Lines of a finished stage disappear; a bar is drawn over itself. */
  readonly rewrites: boolean;
}

/**
 * The text on the screen: which line is still open, and how many lines the current stage has printed, so that they can
 * be taken back when it is done. On anything but a terminal it only ever adds lines.
 */
export class Terminal {
  readonly #out: TextStream;
  readonly rewrites: boolean;
  /** Text of the line the cursor is in; empty at the beginning of a line. */
  #openLine = "";
  /** The open line is one that `redraw` made. */
  #isBar = false;
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
    return this.#out.columns;
  }

  /** A whole line; an open one is ended first. */
  line(text: string): void {
    this.endLine();
    this.#put(text);
    this.#newline(text === "");
  }

  /** A line that outlives its stage: notes and warnings. */
  keep(text: string): void {
    this.line(text);
    if (this.#stageRows !== null) this.#kept.push(text);
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

  /** Draws over the open line; call only when `rewrites`. */
  redraw(text: string): void {
    if (this.#openLine !== "" && !this.#isBar) this.endLine();
    // Whatever a longer text left behind is blanked out.
    const shown = text.padEnd(this.#openLine.length);
    this.#out.write(`\r${shown}`);
    this.#openLine = shown;
    this.#isBar = true;
  }

  endLine(): void {
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
    const rows = this.#stageRows;
    if (rows === null) {
      this.endLine();
      return;
    }
    this.endLine();
    const total = this.#stageRows ?? rows;
    this.#stageRows = null;
    this.#out.write("\u001b[1A\u001b[2K".repeat(total));
    for (const text of this.#kept.splice(0)) this.line(text);
  }

  /** The stage failed: its lines stay, as evidence. */
  abandonStage(): void {
    this.endLine();
    this.#stageRows = null;
    this.#kept = [];
  }

  #put(text: string): void {
    if (text === "") return;
    this.#out.write(text);
    this.#openLine += text;
    this.#isBar = false;
  }

  #newline(blank: boolean): void {
    this.#out.write("\n");
    if (this.#stageRows !== null) this.#stageRows += rowsOf(this.#openLine, this.#out.columns);
    this.#openLine = "";
    this.#isBar = false;
    this.#lastWasBlank = blank;
  }
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");

/** Rows that a line takes on a screen of that width. */
function rowsOf(text: string, columns: number | undefined): number {
  const width = text.replace(ESCAPES, "").length;
  return columns === undefined || columns <= 0 ? 1 : Math.max(1, Math.ceil(width / columns));
}
