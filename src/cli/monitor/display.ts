import type { LinePiece } from "../../index.ts";
import type { TextStream } from "../host/host.ts";
import { harmlessText } from "../show/harmless-text.ts";
import { terminalColumns, wrapText } from "../show/screen/wrap-text.ts";
import { paint, type Style } from "../show/style.ts";

export interface DisplayOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Of stderr. */
  readonly style: Style;
}

/** A piece as it is shown and logged. */
export function pieceText({ text, starts, ends, atMs }: LinePiece, stampAt: ((atMs: number) => string) | null): string {
  const stamp = starts && stampAt !== null ? `${stampAt(atMs)} ` : "";
  return `${stamp}${text}${ends ? "\n" : ""}`;
}

/** Stands before each line of the monitor's own. */
const MARK = "--- ";

/** The device's text on stdout; the monitor's own words on stderr, each line after `--- `. */
export class Display {
  readonly #options: DisplayOptions;
  /** The device's line has no end yet. */
  #isLineOpen = false;
  /** Dots on stderr, or what is asked for there, still without an end of line. */
  #hasDots = false;

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  /** `ends`: a line ends with the text. */
  show(text: string, ends: boolean): void {
    const { stdout } = this.#options;
    this.#endDots();
    stdout.write(stdout.isTTY ? harmless(text) : text);
    this.#isLineOpen = !ends;
  }

  say(text: string): void {
    const { stdout, stderr, style } = this.#options;
    this.#endDots();
    // On a screen both streams share one cursor.
    const fresh = this.#isLineOpen && stdout.isTTY && stderr.isTTY ? "\n" : "";
    const columns = terminalColumns(stderr);
    const lines =
      columns === undefined ? [harmlessText(text)] : wrapText(harmlessText(text), columns - MARK.length).split("\n");
    stderr.write(`${fresh}${paint(lines.map((line) => `${MARK}${line}`).join("\n"), "note", style)}\n`);
  }

  /** A sign of life while there is nothing to tell; on a screen only. */
  dot(): void {
    if (!this.#options.stderr.isTTY) return;
    this.#options.stderr.write(".");
    this.#hasDots = true;
  }

  /** What is being typed behind a question, in place of what stood there; on a screen only. */
  ask(question: string, typed: string): void {
    const { stderr, style } = this.#options;
    if (!stderr.isTTY) return;
    const fresh = this.#hasDots ? "\r" : this.#isLineOpen ? "\n" : "";
    const rest = style.moves ? "\u001b[K" : "";
    stderr.write(`${fresh}${paint(`${MARK}${question}: ${harmlessText(typed)}`, "note", style)}${rest}`);
    this.#hasDots = true;
  }

  #endDots(): void {
    if (this.#hasDots) this.#options.stderr.write("\n");
    this.#hasDots = false;
  }
}

/** What terminals and devices use for layout and colours: bell, backspace, tab, line feed, carriage return, escape. */
const HARMLESS_CONTROLS: ReadonlySet<number> = new Set([0x07, 0x08, 0x09, 0x0a, 0x0d, 0x1b]);
const CONTROL = /\p{Cc}/gu;

/** Binary data must not switch the terminal's character set: other control characters are shown as their pictures. */
export function harmless(text: string): string {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    if (HARMLESS_CONTROLS.has(code)) return character;
    if (code === 0x7f) return "\u2421";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}
