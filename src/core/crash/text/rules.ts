import type { CrashDraft } from "./draft.ts";

/** What one kind of line means. */
export interface LineRule {
  readonly pattern: RegExp;
  /** Such a line may be the first of a crash. */
  readonly begins?: boolean | undefined;
  /** Such a line is the last one. */
  readonly ends?: boolean | undefined;
  /** Left out: always. Such a line means something only then. */
  readonly when?: ((draft: CrashDraft) => boolean) | undefined;
  /** Null where the line alone is enough. */
  readonly take: ((match: RegExpExecArray, draft: CrashDraft) => void) | null;
}

/** The lines of one panic handler. */
export interface LineFormat {
  readonly system: CrashDraft["system"];
  readonly rules: readonly LineRule[];
  /** How many lines of other kinds may stand between: other tasks go on printing for a moment. */
  readonly patience: number;
  /** What stands before the device's words: the log's own words. */
  readonly prefix?: RegExp | undefined;
}

export const hex = (digits: string | undefined): number => Number.parseInt(digits ?? "", 16) >>> 0;

/** `NAME : 0x12345678` as often as it stands in the line, with the names in capitals. */
export function setRegisters(draft: CrashDraft, line: string, pattern: RegExp): void {
  for (const [, name = "", digits] of line.matchAll(pattern)) draft.setRegister(name.toUpperCase(), hex(digits));
}

const MOST_WORDS = 64;

/** The words of 8 digits in a text, with or without 0x before them. */
export function wordsOf(text: string): number[] {
  return [...text.matchAll(/\b(?:0x)?([0-9a-fA-F]{8})\b/g)].slice(0, MOST_WORDS).map(([, digits]) => hex(digits));
}
