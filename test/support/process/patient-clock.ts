import { type Clock, systemClock } from "../../../src/core/clock.ts";

/** A turn of the event loop counts as this much at most, however long the machine took for it. */
const LONGEST_TURN_MS = 10;
const TICK_MS = 2;

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

interface Options {
  readonly real?: Clock;
  /** How much faster it runs than real time, for long waits: no turn counts for more because of it. Default 1. */
  readonly pace?: number;
}

/**
 * Real time for both ends of a real socket in one process, counted in turns of the event loop: while the process gets no
 * processor no time passes, so that a time limit is reached by who does not answer, never by a slow machine.
 */
export function patientClock({ real = systemClock, pace = 1 }: Options = {}): Clock {
  let now = 0;
  let seen = 0;
  let ticking = false;
  let timers: Timer[] = [];

  function tick(): void {
    const then = real.now();
    now += Math.min((then - seen) * pace, LONGEST_TURN_MS);
    seen = then;
    const due = timers.filter(({ at }) => at <= now).sort((left, right) => left.at - right.at);
    timers = timers.filter(({ at }) => at > now);
    for (const { callback } of due) callback();
    ticking = timers.length > 0;
    if (ticking) real.after(TICK_MS, tick);
  }

  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      if (!ticking) {
        ticking = true;
        seen = real.now();
        real.after(TICK_MS, tick);
      }
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
}
