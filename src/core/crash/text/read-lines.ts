// Shelf: crashes in the text of a console.
// In: lines as devices print them.
// Out: one `CrashDump` for each crash, when its last line was read.

import type { CrashDump } from "../crash-dump.ts";
import { consoleLine } from "./console-line.ts";
import { CrashDraft } from "./draft.ts";
import { ESP_IDF } from "./esp-idf.ts";
import { ESP8266 } from "./esp8266.ts";
import { NUTTX } from "./nuttx.ts";
import type { LineFormat, LineRule } from "./rules.ts";
import { RUST } from "./rust.ts";
import { ZEPHYR } from "./zephyr.ts";

// Zephyr's words before ESP-IDF's: both have a line that begins with Backtrace.
const FORMATS: readonly LineFormat[] = [ZEPHYR, NUTTX, RUST, ESP8266, ESP_IDF];

/** The first words of a start: whatever was said before is over. */
const STARTS = /^ ?ets [A-Z][a-z]{2} |^ESP-ROM:|^rst:0x[0-9a-fA-F]/;

/** Finds crashes in lines, one after the other. What does not belong to a crash leaves no trace. */
export class CrashLines {
  #draft: { readonly format: LineFormat; readonly crash: CrashDraft; strange: number } | null = null;

  /** Whether a crash has begun and not ended. */
  get isReading(): boolean {
    return this.#draft !== null;
  }

  /** Takes a line without its end; gives the crashes that are complete by it. */
  push(line: string): CrashDump[] {
    const text = consoleLine(line);
    if (text === null) return this.#pushStrange();
    if (STARTS.test(text)) return this.finish();
    if (text.trim() === "") return [];
    const draft = this.#draft;
    if (draft !== null) {
      const rule = matching(draft.format, text, draft.crash);
      if (rule !== null) return this.#continue(rule);
    }
    return this.#begin(text) ?? this.#pushStrange();
  }

  /** Gives what has been read of a crash that was cut off. */
  finish(): CrashDump[] {
    const draft = this.#draft;
    this.#draft = null;
    if (draft === null) return [];
    const dump = draft.crash.finish();
    return isTelling(dump) ? [dump] : [];
  }

  #continue({ rule, match }: Matched): CrashDump[] {
    const draft = this.#draft;
    if (draft === null) return [];
    draft.strange = 0;
    // A second headline after registers is a second crash.
    if (rule.begins === true && /^Guru|^abort\(\)/.test(match[0]) && draft.crash.hasRegisters) {
      const before = this.finish();
      return [...before, ...(this.#begin(match.input) ?? [])];
    }
    rule.take?.(match, draft.crash);
    if (rule.ends === true) draft.crash.isComplete = true;
    return draft.crash.isComplete ? this.finish() : [];
  }

  /** Null for a line that begins no crash. */
  #begin(text: string): CrashDump[] | null {
    for (const format of FORMATS) {
      const found = matching(format, text, null);
      if (found === null || found.rule.begins !== true) continue;
      // Within a crash of one system another cannot begin by words that both know.
      if (this.#draft?.format === format) return null;
      const before = this.finish();
      const crash = new CrashDraft(format.system);
      found.rule.take?.(found.match, crash);
      this.#draft = { format, crash, strange: 0 };
      return before;
    }
    return null;
  }

  #pushStrange(): CrashDump[] {
    const draft = this.#draft;
    if (draft === null || ++draft.strange <= draft.format.patience) return [];
    return this.finish();
  }
}

interface Matched {
  readonly rule: LineRule;
  readonly match: RegExpExecArray;
}

function matching({ rules, prefix }: LineFormat, line: string, crash: CrashDraft | null): Matched | null {
  const text = prefix === undefined ? line : line.replace(prefix, "");
  for (const rule of rules) {
    if (rule.when !== undefined && (crash === null || !rule.when(crash))) continue;
    const match = rule.pattern.exec(text);
    if (match !== null) return { rule, match };
  }
  return null;
}

/** A marker alone, a list without an entry: nothing that anybody could be told. */
function isTelling({ reason, cores, addresses }: CrashDump): boolean {
  return reason !== "unknown" || cores.length > 0 || addresses.length > 0;
}
