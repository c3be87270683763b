import { expect, it } from "vitest";
import { sleep } from "../../src/core/clock.ts";
import { ManualClock } from "../support/port/ports.ts";
import { patientClock } from "../support/process/patient-clock.ts";

it("fires in the order of time, and not what is cancelled", async () => {
  const clock = patientClock();
  const fired: string[] = [];
  clock.after(12, () => fired.push("late"));
  clock.after(1, () => fired.push("early"));
  clock.after(2, () => fired.push("never"))();
  await sleep(clock, 15);
  expect(fired).toEqual(["early", "late"]);
  expect(clock.now()).toBeGreaterThanOrEqual(15);
});

it("lets no time pass while the process gets none", () => {
  const machine = new ManualClock();
  const clock = patientClock({ real: machine });
  let over = false;
  clock.after(1_000, () => {
    over = true;
  });
  // The machine comes back to this process after an hour: that was one turn.
  machine.pass(3_600_000);
  expect(clock.now()).toBe(10);
  expect(over).toBe(false);
  for (let turn = 0; turn < 500; turn++) machine.pass(2);
  expect(over).toBe(true);
});

it("runs faster where that is asked for, and no turn counts for more", () => {
  const machine = new ManualClock();
  const clock = patientClock({ real: machine, pace: 3 });
  clock.after(1_000, () => {});
  machine.pass(2);
  expect(clock.now()).toBe(6);
  machine.pass(3_600_000);
  expect(clock.now()).toBe(16);
});
