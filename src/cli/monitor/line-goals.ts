import { EspError, type LinePiece, plainLine } from "../../index.ts";
import type { OptionValues } from "../line/option-values.ts";

/** What the lines have come to. */
export type Verdict = { readonly kind: "met" } | { readonly kind: "failed"; readonly error: EspError };

/** Of a line without an end no more is looked at. */
const MOST_CHARACTERS = 16_384;

/** What a script waits for: one line (`until`), several (`expect`), and none of others (`fail-on`). */
export class LineGoals {
  readonly #until: readonly RegExp[];
  readonly #failOn: readonly RegExp[];
  readonly #missing: Set<RegExp>;
  readonly #isExpecting: boolean;
  #text = "";

  /** Throws `argument.invalid`. */
  constructor(options: OptionValues) {
    const until = options.text("until");
    this.#until = until === undefined ? [] : [patternOf("until", until)];
    this.#failOn = options.list("fail-on").map((text) => patternOf("fail-on", text));
    this.#missing = new Set(options.list("expect").map((text) => patternOf("expect", text)));
    this.#isExpecting = this.#missing.size > 0;
  }

  /** What is shown now: prompts count before their line ends. */
  piece({ text, starts, ends }: LinePiece): Verdict | null {
    this.#text = `${starts ? "" : this.#text}${text}`.slice(0, MOST_CHARACTERS);
    const line = plainLine(this.#text);
    if (ends) this.#text = "";
    const unwanted = this.#failOn.find((pattern) => pattern.test(line));
    if (unwanted !== undefined) return { kind: "failed", error: refused(line, unwanted) };
    for (const pattern of this.#missing) if (pattern.test(line)) this.#missing.delete(pattern);
    if (this.#missing.size > 0) return null;
    const isEnd = this.#until.length > 0 ? this.#until.some((pattern) => pattern.test(line)) : this.#isExpecting;
    return isEnd ? { kind: "met" } : null;
  }

  /** Why it is no success that nothing more will come; null where nothing was waited for. */
  get unmet(): EspError | null {
    const missing = [...this.#missing, ...this.#until].map(({ source }) => source);
    if (missing.length === 0) return null;
    return new EspError("monitor.not-seen", `The device printed no line that matches '${missing[0]}'.`, {
      hint: "Give it more time with --timeout, or look at what it printed.",
      details: { missing },
    });
  }
}

function refused(line: string, pattern: RegExp): EspError {
  return new EspError("monitor.unwanted-line", `The device printed a line that matches '${pattern.source}'.`, {
    hint: "Look at what it printed.",
    details: { line, pattern: pattern.source },
  });
}

function patternOf(option: string, text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    throw new EspError("argument.invalid", `--${option}: '${text}' is no regular expression.`, {
      hint: "Write \\ before characters with a meaning, such as \\( or \\[.",
      details: { option, value: text },
      cause,
    });
  }
}
