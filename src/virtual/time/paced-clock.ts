import { type Clock, systemClock } from "../../core/clock.ts";
import { nextTurn } from "../../core/host.ts";
import { type Timer, TimerHeap } from "./timer-heap.ts";

/**
 * Real time for a simulated chip. The system fires timers late, and several at once; here each is fired at its own time, in order,
 * and sees that time: what a chip does between two frames it has done when the second arrives, however late both are.
 */
class PacedClock implements Clock {
  readonly #heap = new TimerHeap();
  readonly #system: Clock;
  #order = 0;
  /** While timers are fired: theirs. */
  #firedAt: number | null = null;
  #wake: (() => void) | null = null;

  constructor(system: Clock) {
    this.#system = system;
  }

  now(): number {
    return this.#firedAt ?? this.#system.now();
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = {
      at: this.now() + (Math.max(ms, 0) || 0),
      order: this.#order++,
      background: false,
      callback,
    };
    this.#heap.add(timer);
    this.#plan();
    return () => {
      timer.callback = null;
      this.#plan();
    };
  }

  /** The earliest timer that still counts. */
  #next(): Timer | undefined {
    for (let first = this.#heap.first; first !== undefined; first = this.#heap.first) {
      if (first.callback !== null) return first;
      this.#heap.removeFirst();
    }
    return undefined;
  }

  /** Nothing is planned while nothing is to be done, so that no process is kept alive. */
  #plan(): void {
    if (this.#firedAt !== null) return;
    this.#wake?.();
    this.#wake = null;
    const next = this.#next();
    if (next === undefined) return;
    const ms = next.at - this.#system.now();
    if (ms > 0) this.#wake = this.#system.after(ms, this.#turn);
    else this.#wake = inNextTurn(this.#turn);
  }

  /** One turn fires the timers of one instant, so that promise chains settle before time goes on. */
  readonly #turn = (): void => {
    this.#wake = null;
    const orderBefore = this.#order;
    // A system timer may be early by a part of a millisecond: what it was for is fired all the same.
    const first = this.#next();
    try {
      for (let timer = first; timer !== undefined && timer.at === first?.at; timer = this.#next()) {
        // What is added meanwhile belongs to the next turn, even for the same instant.
        if (timer.order >= orderBefore) break;
        this.#heap.removeFirst();
        const { at, callback } = timer;
        timer.callback = null;
        this.#firedAt = at;
        callback?.();
      }
    } finally {
      this.#firedAt = null;
      this.#plan();
    }
  };
}

function inNextTurn(turn: () => void): () => void {
  let isWanted = true;
  nextTurn(() => {
    if (isWanted) turn();
  });
  return () => {
    isWanted = false;
  };
}

/** `system`: for tests. */
export function createPacedClock(system: Clock = systemClock): Clock {
  return new PacedClock(system);
}
