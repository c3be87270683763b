import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../wire/command.ts";
import { eraseTimeMs, writeTimeMs } from "./work-time.ts";

const limits = DEFAULT_LIMITS;

describe("the time for erasing", () => {
  it.each([
    ["one sector", 0x1000, 0x1000, 3000 + 500],
    ["one byte over the end of a sector", 0x1fff, 2, 3000 + 2 * 500],
    ["one block", 0x10000, 0x10000, 3000 + 2500],
    ["a block's size across two blocks", 0x8000, 0x10000, 3000 + 16 * 500],
    ["a block with sectors on both sides", 0xf000, 0x12000, 3000 + 2500 + 2 * 500],
    ["nothing", 0x1000, 0, 3000],
  ])("%s", (_name, address, sizeBytes, expected) => {
    expect(eraseTimeMs(limits, { address, sizeBytes })).toBe(expected);
  });

  it("follows a configured rate that is longer", () => {
    const patient = { ...limits, eraseRegionMsPerMegabyte: 1e6 };
    expect(eraseTimeMs(patient, { address: 0, sizeBytes: 0x10000 })).toBe(65_536);
  });

  it("is enough for the slowest flash of the data sheets", () => {
    for (const sizeBytes of [0x1000, 0x20000, 0x100000, 0x1000000])
      expect(eraseTimeMs(limits, { address: 0, sizeBytes })).toBeGreaterThan((sizeBytes / 0x10000) * 2000);
  });
});

describe("the time for writing", () => {
  it("is enough for erasing and programming at their slowest", () => {
    for (const sizeBytes of [1, 0x4000, 0x10000, 0x400000])
      expect(writeTimeMs(limits, sizeBytes)).toBeGreaterThan((sizeBytes / 0x10000) * 2000 + (sizeBytes / 256) * 3);
  });

  it("has the usual floor", () => {
    expect(writeTimeMs(limits, 0)).toBe(3000);
  });
});
