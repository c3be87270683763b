export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly cells?: number;
}

/** `Writing at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes... ` (fact sheet 2.8). */
export function progressBar({ done, total, prefix, suffix, cells = 30 }: Progress): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  return `${prefix}[${bar(share, cells)}] ${(share * 100).toFixed(1).padStart(5)}%${suffix} `;
}

/** The same within so many columns: a bar that wraps cannot be drawn over itself. */
export function fittingProgressBar(progress: Progress, columns: number | undefined): string {
  const full = progressBar(progress);
  // The last column stays free: some terminals wrap as soon as it is used.
  // A width of 0 is what a terminal without a size says.
  const tooWide = columns === undefined || columns === 0 ? 0 : full.length - (columns - 1);
  return tooWide <= 0 ? full : progressBar({ ...progress, cells: Math.max(4, (progress.cells ?? 30) - tooWide) });
}

function bar(share: number, cells: number): string {
  if (share >= 1) return "=".repeat(cells);
  if (share <= 0) return " ".repeat(cells);
  const filled = Math.max(1, Math.floor(share * cells));
  return `${"=".repeat(filled - 1)}>`.padEnd(cells);
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
