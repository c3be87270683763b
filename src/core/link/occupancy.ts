import type { Clock } from "../clock.ts";
import { EspError } from "../errors.ts";

/**
 * Who uses a link. Answers are matched by opcode alone, so there is one piece of work at a time, and within it one
 * exchange: whoever comes second is refused, and what runs does not notice.
 */
export class Occupancy {
  /** Settles when the work under way has let go; null: there is none. */
  #work: Promise<void> | null = null;
  #isExchanging = false;
  #hasEnded = false;
  #stoppedBy: EspError | null = null;

  get isReserved(): boolean {
    return this.#work !== null;
  }

  /** Nobody can reserve it any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Runs work that nobody else's may get in between of. Throws `session.closed`, `session.busy`. */
  async reserve<T>(work: () => Promise<T>): Promise<T> {
    if (this.#hasEnded) throw closedError();
    if (this.#work !== null) throw busyError();
    let release: () => void = () => {};
    this.#work = new Promise((resolve) => {
      release = resolve;
    });
    try {
      return await work();
    } finally {
      this.#work = null;
      release();
    }
  }

  /** Runs one exchange, or one part of a stream. Throws `session.busy`, and what the work was stopped with. */
  async exchange<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stoppedBy !== null) throw this.#stoppedBy;
    if (this.#isExchanging) throw busyError();
    this.#isExchanging = true;
    try {
      return await work();
    } finally {
      this.#isExchanging = false;
    }
  }

  end(): void {
    this.#hasEnded = true;
  }

  /** No exchange begins any more but fails with this error. */
  stop(error: EspError): void {
    this.#stoppedBy = error;
  }

  resume(): void {
    this.#stoppedBy = null;
  }

  /** True as soon as the work under way has let go; false when it has not in that time. */
  async whenFree(clock: Clock, timeoutMs: number): Promise<boolean> {
    const work = this.#work;
    if (work === null) return true;
    return await new Promise<boolean>((resolve) => {
      const cancel = clock.after(timeoutMs, () => resolve(false));
      void work.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}

export function closedError(): EspError {
  return new EspError("session.closed", "The session is over: its port is closed.", { hint: "Connect again." });
}

/** What becomes of work that is under way when the session is left. */
export function leftError(): EspError {
  return new EspError("session.closed", "The session was left while this was under way.", {
    hint: "Wait for what is under way before leaving, or stop it by its signal.",
  });
}

function busyError(): EspError {
  return new EspError("session.busy", "Another operation is under way on this session.", {
    hint: "Wait for it to end; one chip does one thing at a time.",
  });
}
