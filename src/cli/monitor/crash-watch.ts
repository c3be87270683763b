import { type CrashReader, type CrashReport, crashReader, type DebugInfo } from "../../crash.ts";
import type { Clock } from "../../index.ts";

/** A crash that is cut off is told after so long without a line. */
const SILENCE_MS = 1000;

/** Looks at the lines that were shown, and tells of the crashes in them. */
export class CrashWatch {
  readonly #clock: Clock;
  readonly #reader: CrashReader;
  #cancel: () => void = () => {};

  constructor(clock: Clock, programs: readonly DebugInfo[], onCrash: (report: CrashReport) => void) {
    this.#clock = clock;
    this.#reader = crashReader({ programs, onCrash });
  }

  line(text: string): void {
    this.#cancel();
    this.#reader.push(`${text}\n`);
    if (this.#reader.isReading) this.#cancel = this.#clock.after(SILENCE_MS, () => this.finish());
  }

  /** Nothing more will come of what was begun. */
  finish(): void {
    this.#cancel();
    this.#reader.finish();
  }
}
