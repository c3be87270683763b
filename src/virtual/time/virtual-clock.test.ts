import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { sleep } from "../../core/clock.ts";
import { createVirtualClock } from "./virtual-clock.ts";

describe("the virtual clock", () => {
  it("makes long waits cost nothing", async () => {
    const clock = createVirtualClock();
    await sleep(clock, 365 * 24 * 3_600_000);
    expect(clock.now()).toBe(365 * 24 * 3_600_000);
  });

  it("fires in the order of time, then of asking, whatever is cancelled", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -1, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 600 }),
        async (timers) => {
          const clock = createVirtualClock();
          const fired: number[] = [];
          const cancels = timers.map(([ms], index) => clock.after(ms, () => fired.push(index)));
          timers.forEach(([, cancelled], index) => {
            if (cancelled) cancels[index]?.();
          });
          const expected = timers
            .map(([ms, cancelled], index) => ({ ms: Math.max(ms, 0), cancelled, index }))
            .filter(({ cancelled }) => !cancelled)
            .sort((left, right) => left.ms - right.ms || left.index - right.index)
            .map(({ index }) => index);
          await sleep(clock, 30);
          expect(fired).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("lets promise chains settle before time goes on", async () => {
    const clock = createVirtualClock();
    const seen: string[] = [];
    clock.after(1, () => {
      void (async () => {
        for (let index = 0; index < 20; index++) await Promise.resolve();
        seen.push(`chain at ${clock.now()}`);
      })();
      clock.after(0, () => seen.push(`later at ${clock.now()}`));
    });
    clock.after(2, () => seen.push("next instant"));
    await sleep(clock, 3);
    expect(seen).toEqual(["chain at 1", "later at 1", "next instant"]);
  });

  it("does not run while nothing waits, nor for what is in the background alone", async () => {
    const clock = createVirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.afterInBackground(10, tick);
    };
    clock.afterInBackground(10, tick);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([ticks, clock.now()]).toEqual([0, 0]);
    await sleep(clock, 35);
    expect([ticks, clock.now()]).toEqual([3, 35]);
    const cancel = clock.after(1_000_000, () => {
      ticks = -1;
    });
    cancel();
    cancel();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([ticks, clock.now()]).toEqual([3, 35]);
  });

  it("lives beside other clocks", async () => {
    const [one, two] = [createVirtualClock(), createVirtualClock()];
    await Promise.all([sleep(one, 1000), sleep(two, 5)]);
    expect([one.now(), two.now()]).toEqual([1000, 5]);
  });

  it("stands still while paused and can be moved by hand", async () => {
    const clock = createVirtualClock();
    clock.pause();
    const fired: number[] = [];
    for (const ms of [30, 10, 20]) clock.after(ms, () => fired.push(clock.now()));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(fired).toEqual([]);
    clock.advanceBy(20);
    expect(fired).toEqual([10, 20]);
    expect(clock.now()).toBe(20);
    clock.resume();
    await sleep(clock, 100);
    expect(fired).toEqual([10, 20, 30]);
  });

  it("goes on after a callback that throws", async () => {
    const clock = createVirtualClock();
    clock.pause();
    clock.after(1, () => {
      throw new Error("on purpose");
    });
    const fired: number[] = [];
    clock.after(1, () => fired.push(clock.now()));
    expect(() => clock.advanceBy(5)).toThrow("on purpose");
    clock.resume();
    await sleep(clock, 10);
    expect(fired).toEqual([1]);
  });

  it("takes no real timer for a turn", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const clock = createVirtualClock();
    let left = 20_000;
    await new Promise<void>((resolve) => {
      const next = (): void => {
        if (--left === 0) resolve();
        else clock.after(1, next);
      };
      next();
    });
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });
});
