import type { Clock } from "../clock.ts";
import type { EspError } from "../errors.ts";

/** What an operation is called and how long it may take, counted from the moment it was asked for. */
export interface OperationLimit {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly timeoutError: () => EspError;
}

/**
 * Runs operations on a device one after the other, each within its time, and ends all of them at once when the device
 * goes away.
 */
export class OperationQueue {
  #tail: Promise<unknown> = Promise.resolve();
  readonly #waiting = new Set<(error: EspError) => void>();

  /** An operation whose time is over before its turn came is not started any more. */
  run<T>(limit: OperationLimit, operation: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let over = false;
      const finish = (settle: () => void): void => {
        if (over) return;
        over = true;
        cancel();
        this.#waiting.delete(fail);
        settle();
      };
      const fail = (error: EspError): void => finish(() => reject(error));
      const cancel = limit.clock.after(limit.timeoutMs, () => fail(limit.timeoutError()));
      this.#waiting.add(fail);
      this.#tail = this.#tail.then(async () => {
        if (over) return;
        try {
          const value = await operation();
          finish(() => resolve(value));
        } catch (error) {
          finish(() => reject(error));
        }
      });
    });
  }

  /** Everything that runs or waits fails with this error; the queue is empty afterwards. */
  abandon(error: EspError): void {
    for (const fail of [...this.#waiting]) fail(error);
    this.#tail = Promise.resolve();
  }
}
