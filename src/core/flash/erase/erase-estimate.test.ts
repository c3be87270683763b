import { describe, expect, it } from "vitest";
import { estimateErase } from "./erase-estimate.ts";

describe("the estimate of an erase", () => {
  it.each([
    ["one sector", 0x1000, 0x1000, 45],
    ["a byte over the border of two sectors", 0x1fff, 2, 90],
    ["a whole block", 0x10000, 0x10000, 150],
    ["as much, but in two blocks", 0x18000, 0x10000, 720],
    ["a block between sectors", 0xf000, 0x12000, 240],
    ["nothing", 0x1000, 0, 0],
  ])("%s", (_what, address, sizeBytes, milliseconds) => {
    expect(estimateErase({ address, sizeBytes })).toBe(milliseconds);
  });
});
