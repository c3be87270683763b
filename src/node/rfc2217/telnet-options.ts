import type { TelnetVerb } from "./telnet.ts";

/** Option numbers: RFC 856, RFC 858, RFC 2217. */
export const TELNET_OPTION = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const;

/** What each side does: "asked" is a request of ours that is not answered yet. */
type Side = "off" | "asked" | "on";

export interface TelnetMessage {
  readonly verb: TelnetVerb;
  readonly option: number;
}

/**
 * Agrees with the peer on options, without the endless answering of answers (RFC 854: a request for a state that
 * holds already is not acknowledged).
 */
export class TelnetOptions {
  /** What we do (DO, DONT concern it), and what the peer does (WILL, WONT). */
  readonly #ours = new Map<number, Side>();
  readonly #theirs = new Map<number, Side>();

  constructor(supported: readonly number[]) {
    for (const option of supported) {
      this.#ours.set(option, "off");
      this.#theirs.set(option, "off");
    }
  }

  /** What to say at the start: everything supported, both ways. */
  offers(): TelnetMessage[] {
    const messages: TelnetMessage[] = [];
    for (const option of this.#ours.keys()) {
      this.#ours.set(option, "asked");
      this.#theirs.set(option, "asked");
      messages.push({ verb: "will", option }, { verb: "do", option });
    }
    return messages;
  }

  /** True when either side does it, false when both declined, null while an answer is missing. */
  isAgreed(option: number): boolean | null {
    const sides = [this.#ours.get(option), this.#theirs.get(option)];
    if (sides.includes("on")) return true;
    return sides.includes("asked") ? null : false;
  }

  /** The answer to what the peer said, if it needs one. */
  answer({ verb, option }: TelnetMessage): TelnetMessage | undefined {
    const concernsUs = verb === "do" || verb === "dont";
    const sides = concernsUs ? this.#ours : this.#theirs;
    const before = sides.get(option);
    if (verb === "do" || verb === "will") {
      if (before === undefined) return { verb: concernsUs ? "wont" : "dont", option };
      sides.set(option, "on");
      return before === "off" ? { verb: concernsUs ? "will" : "do", option } : undefined;
    }
    if (before === undefined) return undefined;
    sides.set(option, "off");
    return before === "on" ? { verb: concernsUs ? "wont" : "dont", option } : undefined;
  }
}
