import type { AbortSignalLike } from "../errors.ts";

/** Abort signals, each in force for the time of some work; the one that came last counts. */
export class SignalsInForce {
  /** Each has an entry of its own, which only who made it takes away: work that overlaps does not tear it. */
  #entries: readonly { readonly signal: AbortSignalLike | undefined }[] = [];

  get current(): AbortSignalLike | undefined {
    return this.#entries.at(-1)?.signal;
  }

  /** Undefined: no signal interrupts the work. */
  async during<T>(signal: AbortSignalLike | undefined, work: () => Promise<T>): Promise<T> {
    const entry = { signal };
    this.#entries = [...this.#entries, entry];
    try {
      return await work();
    } finally {
      this.#entries = this.#entries.filter((other) => other !== entry);
    }
  }
}
