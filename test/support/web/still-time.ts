import type { Clock } from "../../../src/index.ts";

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
  handle: ReturnType<typeof setTimeout> | undefined;
}

/** The time of a page and of the chips in it. */
export interface StillTime {
  readonly clock: Clock;
  readonly isStill: boolean;
  /** To be called whenever something happens: whether this is the moment at which time is to stand still. */
  look(): void;
  /** Time stands still as soon as this is so, when somebody looks. */
  stillWhen(isThen: () => boolean): void;
  stop(): void;
  goOn(): void;
  /** The time of another page stands still whenever this one does; returns what ends that. */
  takeAlong(other: Pick<StillTime, "stop" | "goOn">): () => void;
}

/**
 * Takes the place of the page's own timers. What lasts moments, as the writing of a file, can be looked at for as long as a
 * machine needs that has much else to do, and what is done to it meanwhile is done then, neither before nor after: nothing
 * waits too long, because no time passes.
 */
export function stillTime(): StillTime {
  const { setTimeout: after, clearTimeout: cancel } = globalThis;
  const now = performance.now.bind(performance);
  const timers = new Map<number, Timer>();
  let stoodMs = 0;
  let stillSinceMs: number | null = null;
  let awaited: (() => boolean) | null = null;
  let count = 0;
  const along = new Set<Pick<StillTime, "stop" | "goOn">>();

  const time = (): number => (stillSinceMs ?? now()) - stoodMs;
  const ring = (id: number): void => {
    const timer = timers.get(id);
    if (timer === undefined || stillSinceMs !== null) return;
    if (time() < timer.dueMs) {
      arm(id, timer);
      return;
    }
    timers.delete(id);
    timer.callback();
  };
  const arm = (id: number, timer: Timer): void => {
    cancel.call(globalThis, timer.handle);
    timer.handle = after.call(globalThis, () => ring(id), Math.max(0, timer.dueMs - time())) as typeof timer.handle;
  };
  const begin = (ms: number, callback: () => void): number => {
    const timer: Timer = { dueMs: time() + ms, callback, handle: undefined };
    timers.set(++count, timer);
    arm(count, timer);
    return count;
  };
  const end = (id: number): void => {
    cancel.call(globalThis, timers.get(id)?.handle);
    timers.delete(id);
  };

  Object.assign(globalThis, {
    setTimeout: (callback: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) =>
      begin(Number(ms) || 0, () => callback(...values)),
    clearTimeout: end,
  });
  performance.now = time;

  const stop = (): void => {
    stillSinceMs ??= now();
    for (const other of along) other.stop();
  };

  return {
    clock: {
      now: time,
      after: (ms, callback) => {
        const id = begin(ms, callback);
        return () => end(id);
      },
    },
    get isStill() {
      return stillSinceMs !== null;
    },
    look: () => {
      if (awaited?.() !== true) return;
      awaited = null;
      stop();
    },
    stop,
    stillWhen: (isThen) => {
      awaited = isThen;
    },
    goOn: () => {
      if (stillSinceMs === null) return;
      stoodMs += now() - stillSinceMs;
      stillSinceMs = null;
      for (const [id, timer] of timers) arm(id, timer);
      for (const other of along) other.goOn();
    },
    takeAlong: (other) => {
      along.add(other);
      return () => along.delete(other);
    },
  };
}
