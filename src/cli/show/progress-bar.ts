import { barText } from "./screen/progress-layout.ts";

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly cells?: number;
}

/**
 * `Writing at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes... ` (fact sheet 2.8): for output that
 * goes to no terminal.
 */
export function progressBar({ done, total, prefix, suffix, cells = 30 }: Progress): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  return `${prefix}${barText(share, cells)}${suffix} `;
}

/** Lets through the first and the last report, and one for each tenth between: enough for a log file. */
export class TenthsFilter {
  #lastTenth = -1;
  #lastTotal = -1;

  passes(done: number, total: number): boolean {
    const tenth = total > 0 ? Math.floor((done / total) * 10) : 10;
    const isNew = tenth > this.#lastTenth || total !== this.#lastTotal || tenth < this.#lastTenth;
    this.#lastTenth = tenth;
    this.#lastTotal = total;
    return isNew;
  }
}
