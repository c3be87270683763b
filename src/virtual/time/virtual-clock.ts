// Shelf: time that jumps over every wait, and how long things take on such a chip.
// In: waits.
// Out: callbacks, in order, at simulated times.

import type { Clock } from "../../core/clock.ts";
import { nextTurn } from "../../core/host.ts";
import { type Timer, TimerHeap } from "./timer-heap.ts";

/** The time of a simulated chip: it jumps from one thing to do to the next, so that long waits cost nothing. */
export interface VirtualClock extends Clock {
  /**
   * Like `after`, for what would go on for ever (an application that prints each second): fires in its turn while
   * somebody else waits, but does not make time pass by itself.
   */
  afterInBackground(ms: number, callback: () => void): () => void;
  /** Time stands still until `resume`; `advanceBy` still works. */
  pause(): void;
  resume(): void;
  /** Fires everything due in the next `ms`, at once and in order, promise chains left aside; for tests. */
  advanceBy(ms: number): void;
}

/** `afterInBackground` where the clock has it: a real one makes no time pass anyway. */
export function afterInBackground(clock: Clock, ms: number, callback: () => void): () => void {
  return "afterInBackground" in clock
    ? (clock as VirtualClock).afterInBackground(ms, callback)
    : clock.after(ms, callback);
}

/** Below this size a heap is not worth cleaning of cancelled timers. */
const COMPACT_FROM = 256;

class AutomaticClock implements VirtualClock {
  readonly #heap = new TimerHeap();
  #now = 0;
  #order = 0;
  /** Timers neither fired nor cancelled: all of them, and those that make time pass. */
  #live = 0;
  #driving = 0;
  #turnScheduled = false;
  #paused = false;

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add(ms, callback, false);
  }

  afterInBackground(ms: number, callback: () => void): () => void {
    return this.#add(ms, callback, true);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  advanceBy(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      this.#fireFirst();
    }
    this.#now = end;
  }

  #add(ms: number, callback: () => void, background: boolean): () => void {
    const at = this.#now + (Math.max(ms, 0) || 0);
    const timer: Timer = { at, order: this.#order++, background, callback };
    this.#heap.add(timer);
    this.#count(timer, 1);
    this.#schedule();
    return () => {
      if (timer.callback === null) return;
      timer.callback = null;
      this.#count(timer, -1);
      if (this.#heap.size > COMPACT_FROM && this.#heap.size > 2 * this.#live) this.#heap.sweep();
    };
  }

  #count(timer: Timer, change: 1 | -1): void {
    this.#live += change;
    if (!timer.background) this.#driving += change;
  }

  #schedule(): void {
    if (this.#turnScheduled || this.#paused || this.#driving === 0) return;
    this.#turnScheduled = true;
    nextTurn(this.#turn);
  }

  /** The earliest timer that still counts. */
  #next(): Timer | undefined {
    for (;;) {
      const first = this.#heap.first;
      if (first === undefined || first.callback !== null) return first;
      this.#heap.removeFirst();
    }
  }

  #fireFirst(): void {
    const timer = this.#heap.first;
    if (timer === undefined) return;
    this.#heap.removeFirst();
    const callback = timer.callback;
    if (callback === null) return;
    timer.callback = null;
    this.#count(timer, -1);
    callback();
  }

  /** One turn fires the timers of one instant, so that promise chains settle before time goes on. */
  readonly #turn = (): void => {
    this.#turnScheduled = false;
    if (this.#paused || this.#driving === 0) return;
    const first = this.#next();
    if (first === undefined) return;
    const { at } = first;
    // Timers added while these fire belong to the next turn, even for the same instant.
    const orderBefore = this.#order;
    this.#now = at;
    try {
      for (;;) {
        const timer = this.#next();
        if (timer === undefined || timer.at !== at || timer.order >= orderBefore) break;
        this.#fireFirst();
      }
    } finally {
      this.#schedule();
    }
  };
}

/**
 * A clock of its own, at 0. It schedules nothing while no timer is pending, so it does not keep a process alive.
 *
 * @example
 * const clock = createVirtualClock();
 * await sleep(clock, 3_600_000); // at once
 */
export function createVirtualClock(): VirtualClock {
  return new AutomaticClock();
}
