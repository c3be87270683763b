import { describe, expect, it } from "vitest";
import { highestRate, isWorthClimbing } from "./ladder.ts";
import { LINE_TALK } from "./line-talk.ts";
import { rungBelow, rungsAbove } from "./rungs.ts";

const port = (usbVendorId?: number, usbProductId?: number) => ({ path: "/dev/ttyUSB0", usbVendorId, usbProductId });

describe("the ladder of baud rates", () => {
  it.each([
    ["an unknown port", port(), 40, 2_000_000],
    ["a CP2102N", port(0x10c4, 0xea60), 40, 2_000_000],
    ["an old PL2303", port(0x067b, 0x2303), 40, 921_600],
    ["a crystal that is not known", port(), null, 2_000_000],
    ["a crystal of 26 MHz", port(), 26, 2_000_000],
    ["a crystal so slow that no rung can be made of it", port(), 0.3, 115_200],
  ])("ends, for %s, where it can", (_name, info, crystalMhz, expected) => {
    expect(highestRate({ port: info, crystalMhz })).toBe(expected);
  });

  it("goes up to the ceiling and no further", () => {
    expect(rungsAbove(LINE_TALK, 115_200, 921_600)).toEqual([460_800, 921_600]);
    expect(rungsAbove(LINE_TALK, 921_600, 2_000_000)).toEqual([1_500_000, 2_000_000]);
    expect(rungsAbove(LINE_TALK, 2_000_000, 2_000_000)).toEqual([]);
  });

  it("goes down to the rate that every loader has", () => {
    expect([2_000_000, 1_500_000, 921_600, 460_800, 115_200].map((rate) => rungBelow(LINE_TALK, rate))).toEqual([
      1_500_000, 921_600, 460_800, 115_200, 115_200,
    ]);
  });

  it("is not worth the way for little", () => {
    expect([0, 4096, 0x7fff, 0x8000, Number.POSITIVE_INFINITY].map(isWorthClimbing)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
