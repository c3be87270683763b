export interface Pace {
  /** Bytes a second; null: not known yet. */
  readonly rate: number | null;
  /** Milliseconds to the end; null: not known yet. */
  readonly leftMs: number | null;
}

/** How fast a piece of work goes, from its reports. */
export class TransferRate {
  #of: string | null = null;
  #startMs = 0;
  #startDone = 0;
  #lastDone = 0;

  /** `of` names the piece of work: a new one is measured from its first report on. */
  pace(of: string, { done, total }: { readonly done: number; readonly total: number }, nowMs: number): Pace {
    // Work that was set back is measured anew, too: what it did before says nothing of what is left.
    if (of !== this.#of || done < this.#lastDone) {
      this.#of = of;
      this.#startMs = nowMs;
      this.#startDone = done;
    }
    this.#lastDone = done;
    const elapsedMs = nowMs - this.#startMs;
    const moved = done - this.#startDone;
    if (elapsedMs <= 0 || moved <= 0) return { rate: null, leftMs: done >= total ? 0 : null };
    return { rate: (moved / elapsedMs) * 1000, leftMs: ((total - done) * elapsedMs) / moved };
  }
}

const MOST_KBITS = 999_999.9;

/** `  921.6 kbit/s`, always as wide. */
export function rateText(rate: number | null): string {
  const number = rate === null ? "-" : Math.min(MOST_KBITS, (rate * 8) / 1000).toFixed(1);
  return `${number.padStart(9)} kbit/s`;
}

const HOUR_SECONDS = 3600;
const MOST_SECONDS = 100 * HOUR_SECONDS;

/** `    0:15 left`, always as wide. */
export function leftText(leftMs: number | null): string {
  return `${clockText(leftMs).padStart(9)} left`;
}

function clockText(leftMs: number | null): string {
  if (leftMs === null) return "-:--";
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds >= MOST_SECONDS) return ">99 h";
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (seconds < HOUR_SECONDS) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
