import type { EspEvent } from "../../src/index.ts";

/** Something that happened, with the time of the page's clock. */
export interface JournalEntry {
  readonly number: number;
  readonly atMs: number;
  readonly event: EspEvent;
}

/** What the library told, newest last, in a bounded number. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** How many were forgotten because there were too many. */
  readonly forgotten: number;
  add(event: EspEvent): void;
  clear(): void;
}

/** A trace of a write is some thousand entries, each with its bytes. */
const MOST_ENTRIES = 5000;

export function createJournal(now: () => number): Journal {
  let entries: JournalEntry[] = [];
  let number = 0;
  let forgotten = 0;
  return {
    get entries() {
      return entries;
    },
    get forgotten() {
      return forgotten;
    },
    add: (event) => {
      // Progress is shown while it lasts and says nothing afterwards.
      if (event.type === "progress") return;
      entries.push({ number: number++, atMs: now(), event });
      if (entries.length <= 2 * MOST_ENTRIES) return;
      forgotten += entries.length - MOST_ENTRIES;
      entries = entries.slice(-MOST_ENTRIES);
    },
    clear: () => {
      entries = [];
      forgotten = 0;
    },
  };
}
