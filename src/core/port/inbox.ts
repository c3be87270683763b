import { unshared } from "../bytes/unshared.ts";
import type { Clock, Deadline } from "../clock.ts";
import { type AbortSignalLike, type EspError, throwIfAborted } from "../errors.ts";
import type { PortSink } from "./port.ts";

/**
 * Where a port's bytes wait to be looked at. Bytes are never read with a time limit (a lost race would lose them):
 * the port pushes, and only the waiting for a push has a deadline.
 */
export class Inbox implements PortSink {
  readonly clock: Clock;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #lost: EspError | null = null;
  #interruption: EspError | null = null;
  #wake: (() => void) | null = null;
  #next: PortSink | null = null;
  /** Bytes received since the port was opened. */
  received = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  data(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.received += bytes.length;
    if (this.#next !== null) this.#next.data(bytes);
    else this.#chunks.push(unshared(bytes));
    this.#wake?.();
  }

  lost(error: EspError): void {
    this.#lost ??= error;
    this.#next?.lost(error);
    this.#wake?.();
  }

  /** Why the port is gone, or null while it is there. */
  get lostBecause(): EspError | null {
    return this.#lost;
  }

  /** Ends the waiting, and all that begins before `resume`, with this error. */
  interrupt(error: EspError): void {
    this.#interruption = error;
    this.#wake?.();
  }

  resume(): void {
    this.#interruption = null;
  }

  /** Everything that has arrived, in order; empties the box. */
  take(): Uint8Array<ArrayBuffer>[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** Everything that has arrived and will arrive goes to somebody else, until `reset`. */
  deliverTo(sink: PortSink): void {
    for (const chunk of this.take()) sink.data(chunk);
    this.#next = sink;
  }

  /** A new life after the port was opened again. */
  reset(): void {
    this.#chunks = [];
    this.#lost = null;
    this.#next = null;
  }

  /**
   * True when there is something to take, false when the deadline passed first. Throws the port's loss once all that
   * came before it is taken, `operation.aborted` when the signal fires, and what it is interrupted with. One waiter at
   * a time.
   */
  async wait(deadline: Deadline, signal?: AbortSignalLike): Promise<boolean> {
    if (this.#hasNews(signal)) return true;
    const remaining = deadline.remainingMs();
    if (remaining <= 0) return false;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        cancel();
        signal?.removeEventListener("abort", finish);
        this.#wake = null;
        resolve();
      };
      const cancel = this.clock.after(remaining, finish);
      signal?.addEventListener("abort", finish);
      this.#wake = finish;
    });
    return this.#hasNews(signal);
  }

  /** There is something to take; throws what ends the waiting for it. */
  #hasNews(signal: AbortSignalLike | undefined): boolean {
    if (this.#interruption !== null) throw this.#interruption;
    throwIfAborted(signal);
    if (this.#chunks.length > 0) return true;
    if (this.#lost !== null) throw this.#lost;
    return false;
  }
}
