import type { ProgressEvent } from "../../events.ts";
import type { LiveSession } from "../session.ts";
import { stopwatch } from "./operation.ts";

/** All the work of one call: how much of it is done. */
export class Tally {
  total: number;
  #done = 0;

  constructor(total: number) {
    this.total = total;
  }

  get done(): number {
    return this.#done;
  }

  /** A piece is done, or need not be done. */
  finish(sizeBytes: number): void {
    this.#done += sizeBytes;
  }
}

export interface PieceOfWork extends Pick<ProgressEvent, "phase" | "total"> {
  readonly file?: string | undefined;
  /** Default: there is one file. */
  readonly fileIndex?: number | undefined;
  readonly fileCount?: number | undefined;
  /** Default: there is no other work. */
  readonly tally?: Tally | undefined;
}

/** `address`: where the work is now. */
export type ProgressTeller = (done: number, address?: number) => void;

/** Tells how far a piece of work is, and how fast it has been since this was called. */
export function progressTeller(session: LiveSession, piece: PieceOfWork): ProgressTeller {
  const { phase, total, file, fileIndex = 0, fileCount = 1, tally = new Tally(total) } = piece;
  const elapsed = stopwatch(session);
  return (done, address) => {
    const elapsedMs = elapsed();
    session.emit({
      type: "progress",
      phase,
      done,
      total,
      ...(address !== undefined && { address }),
      ...(file !== undefined && { file }),
      fileIndex,
      fileCount,
      overallDone: Math.min(tally.done + done, tally.total),
      overallTotal: tally.total,
      bytesPerSecond: elapsedMs > 0 ? Math.round((done * 1000) / elapsedMs) : null,
    });
  };
}
