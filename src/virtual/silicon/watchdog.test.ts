import { describe, expect, test } from "vitest";
import { MachineBench } from "../../../test/support/chip/machine-bench.ts";
import { READ_REG, WRITE_REG } from "../../core/wire/commands.ts";

/** ESP32-C3 (fact sheet 4.6). */
const CONFIG0 = 0x60008090;
const CONFIG1 = 0x60008094;
const PROTECT = 0x600080a8;
const KEY = 0x50d83aa1;
const SWD_CONFIG = 0x600080ac;
const SWD_PROTECT = 0x600080b0;
const SWD_KEY = 0x8f1d312a;
const START = 0xd0000102;

function bench(): MachineBench & { set(address: number, value: number): void } {
  const made = new MachineBench("esp32c3");
  return Object.assign(made, {
    set: (address: number, value: number) => {
      made.post(WRITE_REG, [{ address, value }]);
      made.take(0);
    },
  });
}

describe("RTC watchdog", () => {
  test("restarts the chip when its time is up", () => {
    const chip = bench();
    chip.set(PROTECT, KEY);
    chip.set(CONFIG1, 2000);
    chip.set(CONFIG0, START);
    chip.set(PROTECT, 0);
    chip.advance(14);
    expect(chip.restarts).toEqual([]);
    chip.advance(1);
    expect(chip.restarts).toEqual(["watchdog"]);
    chip.advance(1000);
    expect(chip.restarts).toHaveLength(1);
  });

  test("ignores writes without its key", () => {
    const chip = bench();
    chip.set(CONFIG0, START);
    chip.set(PROTECT, SWD_KEY);
    chip.set(CONFIG0, START);
    chip.advance(1000);
    expect(chip.restarts).toEqual([]);
    expect(chip.ask(READ_REG, { address: CONFIG0 }).value).toBe(0);
  });

  test("can be stopped before", () => {
    const chip = bench();
    chip.set(PROTECT, KEY);
    chip.set(CONFIG1, 20_000);
    chip.set(CONFIG0, START);
    chip.advance(100);
    chip.set(CONFIG0, 0);
    chip.advance(1000);
    expect(chip.restarts).toEqual([]);
  });

  test("is stopped by any other reset", () => {
    const chip = bench();
    chip.set(PROTECT, KEY);
    chip.set(CONFIG1, 2000);
    chip.set(CONFIG0, START);
    chip.machine.start("download", "reset-pin");
    chip.advance(1000);
    expect(chip.restarts).toEqual([]);
  });

  test("the super watchdog has a key of its own", () => {
    const chip = bench();
    chip.set(SWD_CONFIG, 0x80000000);
    expect(chip.ask(READ_REG, { address: SWD_CONFIG }).value).toBe(0);
    chip.set(SWD_PROTECT, SWD_KEY);
    chip.set(SWD_CONFIG, 0x80000000);
    expect(chip.ask(READ_REG, { address: SWD_CONFIG }).value).toBe(0x80000000);
  });
});
