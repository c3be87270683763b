import type { ChipId } from "../../chip/types.ts";
import { consoleLine } from "../text/console-line.ts";
import { BootDraft } from "./boot-draft.ts";
import { BOOT_LOG, BOOT_RULES, type BootRule } from "./boot-rules.ts";
import type { BootStart } from "./boot-start.ts";

/** Starts for the same reason count together when they come so fast (fact sheet of crashes, section 3). */
const LOOP_MS = 10_000;
const MOST_TIMES = 1000;

/** Finds the starts of a chip in lines, one after the other. */
export class BootLines {
  #draft: BootDraft | null = null;
  /** Of the last header: a start whose header was lost is of the same chip. */
  #chip: ChipId | null = null;
  /** The starts before for one reason, without a pause. */
  #row: { readonly reason: string; readonly times: readonly (number | null)[] } = { reason: "", times: [] };
  #repeats = 1;

  /** Whether a start has begun and not ended. */
  get isReading(): boolean {
    return this.#draft !== null;
  }

  /** Takes a line without its end, and when it came where that is known; gives the start that is complete by it. */
  push(line: string, atMs: number | null): BootStart[] {
    const text = consoleLine(line);
    if (text === null) return this.finish();
    if (text.trim() === "") return [];
    const own = text.replace(BOOT_LOG, "");
    const found = matching(own);
    if (found === null) return own === text ? this.finish() : [];
    const { rule, match } = found;
    const before = this.#endsBefore(rule) ? this.finish() : [];
    if (this.#draft === null) {
      if (rule.place === "inside") return before;
      this.#draft = new BootDraft(this.#chip);
    }
    const draft = this.#draft;
    const hadReset = draft.reset !== null;
    rule.take(match, draft);
    this.#chip = draft.chip;
    if (!hadReset && draft.reset !== null) this.#count(`${draft.chip} ${draft.reset.code}`, atMs);
    return before;
  }

  /** Gives what has been read of a start that was cut off. */
  finish(): BootStart[] {
    const draft = this.#draft;
    this.#draft = null;
    if (draft === null) return [];
    const start = draft.finish(draft.reset === null ? 1 : this.#repeats);
    return isTelling(start) ? [start] : [];
  }

  #endsBefore({ place }: BootRule): boolean {
    return (place === "header" || place === "reset") && this.#draft !== null && this.#draft.reset !== null;
  }

  #count(reason: string, atMs: number | null): void {
    const before = this.#row.reason === reason ? this.#row.times : [];
    const times = [...before, atMs].filter((time) => time === null || atMs === null || atMs - time <= LOOP_MS);
    this.#row = { reason, times: times.slice(-MOST_TIMES) };
    this.#repeats = times.length;
  }
}

function matching(text: string): { readonly rule: BootRule; readonly match: RegExpExecArray } | null {
  for (const rule of BOOT_RULES) {
    const match = rule.pattern.exec(text);
    if (match !== null) return { rule, match };
  }
  return null;
}

/** A header alone is the chip's name, and nothing of how it started. */
function isTelling({ reset, isDownloadMode, troubles }: BootStart): boolean {
  return reset !== null || isDownloadMode || troubles.length > 0;
}
