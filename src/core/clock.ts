import { type AbortSignalLike, abortedError } from "./errors.ts";
import { host } from "./host.ts";

/** Time as the core sees it: real, or the virtual time of a simulated chip. */
export interface Clock {
  /** Milliseconds since some fixed moment; may have fractions. */
  now(): number;
  /** Calls back once after `ms`, at once where that is past; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => host.performance.now(),
  after(ms, callback) {
    const handle = host.setTimeout(callback, Math.max(0, ms));
    return () => host.clearTimeout(handle);
  },
};

/** Resolves after `ms`; rejects with `operation.aborted` as soon as the signal fires. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignalLike): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortedError(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      if (signal !== undefined) reject(abortedError(signal));
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort);
  });
}

/** A moment after which waiting is over. One deadline may cover many waits. */
export class Deadline {
  readonly clock: Clock;
  readonly at: number;
  constructor(clock: Clock, timeoutMs: number) {
    this.clock = clock;
    this.at = clock.now() + timeoutMs;
  }
  remainingMs(): number {
    return Math.max(0, this.at - this.clock.now());
  }
  get passed(): boolean {
    return this.clock.now() >= this.at;
  }
}
