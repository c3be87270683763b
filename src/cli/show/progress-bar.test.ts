import { describe, expect, it } from "vitest";
import { progressBar, TenthsFilter } from "./progress-bar.ts";

const EMPTY = { prefix: "", suffix: "" };

describe("progressBar (fact sheet 2.8)", () => {
  it("has the reference's form", () => {
    const text = progressBar({
      done: 16384,
      total: 51200,
      prefix: "Writing at 0x00014000 ",
      suffix: " 16384/51200 bytes...",
    });
    expect(text).toBe("Writing at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes... ");
  });

  it.each([
    [2, 4, "[====>     ]  50.0% "],
    [0, 4, "[          ]   0.0% "],
    [4, 4, "[==========] 100.0% "],
    [1, 1000, "[>         ]   0.1% "],
    [0, 0, "[==========] 100.0% "],
  ])("%d of %d in ten cells", (done, total, text) => {
    expect(progressBar({ done, total, ...EMPTY, cells: 10 })).toBe(text);
  });
});

describe("TenthsFilter", () => {
  it("passes one report per tenth, and starts again with the next file", () => {
    const filter = new TenthsFilter();
    const passed: number[] = [];
    for (const done of [0, 1, 5, 10, 11, 19, 20, 95, 100]) if (filter.passes(done, 100)) passed.push(done);
    expect(passed).toEqual([0, 10, 20, 95, 100]);
    expect(filter.passes(0, 100)).toBe(true);
  });
});
