/** A line of the console: what the device printed, or what was found out about it. */
export interface ConsoleLine {
  readonly kind: "device" | "explained";
  readonly text: string;
  readonly atMs: number | null;
}

export interface ConsoleLog {
  add(line: ConsoleLine): void;
  clear(): void;
  /** The last lines, those that have the words where some are given. */
  last(options: { readonly containing: string }): readonly ConsoleLine[];
  /** All of it, as a file. */
  text(options: { readonly times: boolean }): string;
  /** What the device printed, and no more. */
  deviceText(): string;
}

/** A device that prints day and night must not fill the memory of the page. */
const MOST_LINES = 50_000;
/** Lines may be long. */
const MOST_CHARACTERS = 20_000_000;
/** What is drawn. */
const MOST_SHOWN = 1000;
/** Longer lines are noise; they are cut, in the log, too. */
const LONGEST_LINE = 4096;
/** Colours and the like, which terminals understand. */
const ESCAPES = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;?]{0,20}[A-Za-z]`, "g");

export function consoleLog(): ConsoleLog {
  let lines: ConsoleLine[] = [];
  let characters = 0;
  const keep = (kept: ConsoleLine[]): void => {
    lines = kept;
    characters = kept.reduce((sum, { text }) => sum + text.length, 0);
  };
  return {
    add: (line) => {
      const text = line.text.replace(ESCAPES, "").slice(0, LONGEST_LINE);
      lines.push({ ...line, text });
      characters += text.length;
      if (lines.length > 2 * MOST_LINES) keep(lines.slice(-MOST_LINES));
      if (characters > MOST_CHARACTERS) keep(lines.slice(-Math.ceil(lines.length / 2)));
    },
    clear: () => keep([]),
    last: ({ containing }) => {
      const wanted = containing.toLowerCase();
      const found = wanted === "" ? lines : lines.filter(({ text }) => text.toLowerCase().includes(wanted));
      return found.slice(-MOST_SHOWN);
    },
    text: ({ times }) =>
      lines
        .map(({ text, atMs }) => `${times && atMs !== null ? `${(atMs / 1000).toFixed(3)} ` : ""}${text}\n`)
        .join(""),
    deviceText: () =>
      lines
        .filter(({ kind }) => kind === "device")
        .map(({ text }) => `${text}\n`)
        .join(""),
  };
}
