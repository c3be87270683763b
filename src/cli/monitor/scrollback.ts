/** What was shown, as far back as it is kept. */
export interface FoundLine {
  /** 0: the last line. */
  readonly linesAgo: number;
  readonly text: string;
}

const MOST_LINES = 5000;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** The last lines of a device, to be searched. */
export class Scrollback {
  readonly #lines: string[] = [];
  #characters = 0;

  line(text: string): void {
    this.#lines.push(text);
    this.#characters += text.length;
    while (this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS)
      this.#characters -= this.#lines.shift()?.length ?? 0;
  }

  /** The lines with the text in them, capitals or not, the oldest first. */
  find(text: string): readonly FoundLine[] {
    const wanted = text.toLowerCase();
    return this.#lines.flatMap((line, index) =>
      line.toLowerCase().includes(wanted) ? [{ linesAgo: this.#lines.length - 1 - index, text: line }] : [],
    );
  }
}
