import type { Clock } from "../../core/clock.ts";

/**
 * What a program waits for: so many milliseconds of work, the next frame on the serial line, or nothing ever again
 * (code of which only the silence is known).
 */
export type Wait = number | "frame" | "reset";

/** A program of the chip: it is resumed with the frame when it waited for one. */
export type Program<Result = void> = Generator<Wait, Result, Uint8Array<ArrayBuffer> | undefined>;

/** Frames wait in the UART driver's buffers while the program works; what comes beyond is lost. */
const QUEUE_LIMIT = 0x10000;

/** Runs one program at a time on the board's clock. */
export class Cpu {
  readonly #clock: Clock;
  #program: Program | null = null;
  #stepping = false;
  #wantsFrame = false;
  #cancelTimer: (() => void) | null = null;
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Halts what runs and starts another program. */
  start(program: Program): void {
    this.halt();
    this.#program = program;
    this.#step(program, undefined);
  }

  /** Cuts the program off where it is; its `finally` blocks tell what becomes of work half done. */
  halt(): void {
    const program = this.#program;
    this.#program = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#wantsFrame = false;
    this.#queue = [];
    this.#queuedBytes = 0;
    // A program that halts its own CPU (a reset from inside) is ended by `#step` when it yields.
    if (program !== null && !this.#stepping) program.return();
  }

  /** A frame arrived. */
  deliver(frame: Uint8Array<ArrayBuffer>): void {
    const program = this.#program;
    if (program === null) return;
    if (this.#wantsFrame && !this.#stepping) {
      this.#wantsFrame = false;
      this.#step(program, frame);
      return;
    }
    if (this.#queuedBytes + frame.length > QUEUE_LIMIT) return;
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
  }

  #step(program: Program, first: Uint8Array<ArrayBuffer> | undefined): void {
    let value = first;
    for (;;) {
      this.#stepping = true;
      let result: IteratorResult<Wait, void>;
      try {
        result = program.next(value);
      } finally {
        this.#stepping = false;
      }
      if (this.#program !== program) {
        if (result.done !== true) program.return();
        return;
      }
      if (result.done === true || result.value === "reset") return;
      value = undefined;
      if (result.value === "frame") {
        const queued = this.#queue.shift();
        if (queued === undefined) {
          this.#wantsFrame = true;
          return;
        }
        this.#queuedBytes -= queued.length;
        value = queued;
      } else if (result.value > 0) {
        this.#cancelTimer = this.#clock.after(result.value, () => {
          this.#cancelTimer = null;
          this.#step(program, undefined);
        });
        return;
      }
    }
  }
}
