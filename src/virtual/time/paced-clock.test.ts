import { describe, expect, it } from "vitest";
import { sleep } from "../../core/clock.ts";
import { createPacedClock } from "./paced-clock.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** A system whose timers all come late. */
function lateSystem(lateMs: number): VirtualClock {
  const clock = createVirtualClock();
  return {
    ...clock,
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms + lateMs, callback),
  } as VirtualClock;
}

const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("a clock that keeps pace with real time", () => {
  it("fires late timers in order, each at its own time, with what they ask for in between", async () => {
    const clock = createPacedClock(lateSystem(50));
    const said: string[] = [];
    const say = (what: string): void => void said.push(`${what} at ${clock.now()}`);
    clock.after(2, () => say("second frame"));
    clock.after(1, () => {
      say("first frame");
      clock.after(0.5, () => say("taken"));
    });
    await turns();
    expect(said).toEqual(["first frame at 1", "taken at 1.5", "second frame at 2"]);
    expect(clock.now()).toBeGreaterThanOrEqual(51);
  });

  it("lets promise chains settle between two instants, and fires what is asked for now in a turn of its own", async () => {
    const clock = createPacedClock(lateSystem(50));
    const said: string[] = [];
    clock.after(1, () => {
      said.push("one");
      void Promise.resolve().then(() => said.push("its chain"));
      clock.after(0, () => said.push("asked for by it"));
    });
    clock.after(1, () => said.push("another of the same instant"));
    clock.after(2, () => said.push("later"));
    await turns();
    expect(said).toEqual(["one", "another of the same instant", "its chain", "asked for by it", "later"]);
  });

  it("lets them settle between two instants that are both late, too", async () => {
    const clock = createPacedClock(lateSystem(50));
    const said: string[] = [];
    clock.after(1, () => void Promise.resolve().then(() => said.push("chain of the first")));
    clock.after(2, () => said.push("second"));
    await turns();
    expect(said).toEqual(["chain of the first", "second"]);
  });

  it("forgets what is cancelled, and goes on after a callback that throws", async () => {
    const system = createVirtualClock();
    const clock = createPacedClock(system);
    const said: string[] = [];
    const cancel = clock.after(1, () => said.push("cancelled"));
    clock.after(2, () => said.push("kept"));
    cancel();
    cancel();
    await turns();
    expect(said).toEqual(["kept"]);
    system.pause();
    clock.after(1, () => {
      throw new Error("of the callback");
    });
    clock.after(1, () => said.push("after it"));
    expect(() => system.advanceBy(2)).toThrow("of the callback");
    system.resume();
    await turns();
    expect(said).toEqual(["kept", "after it"]);
  });

  it("takes real time", async () => {
    const clock = createPacedClock();
    const started = performance.now();
    await sleep(clock, 20);
    expect(performance.now() - started).toBeGreaterThan(15);
    expect(clock.now()).toBeGreaterThanOrEqual(started + 15);
  });
});
