import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { parsePrintFilter } from "./print-filter.ts";

describe("a print filter", () => {
  it.each<[string, string, boolean]>([
    ["", "V (1) any: x", true],
    ["  ", "no log line", true],
    ["wifi", "V (1) wifi: x", true],
    ["wifi:", "V (1) wifi: x", true],
    ["wifi:*", "V (1) wifi: x", true],
    ["wifi:W", "W (1) wifi: x", true],
    ["wifi:W", "E (1) wifi: x", true],
    ["wifi:W", "I (1) wifi: x", false],
    ["wifi:w", "W (1) wifi: x", true],
    ["wifi:N", "E (1) wifi: x", false],
    // Tags of no item, and what is no log line, go by the star, which is nothing unless it is given.
    ["wifi:W", "E (1) app: x", false],
    ["wifi:W", "no log line", false],
    ["wifi:W *:N", "no log line", false],
    ["wifi:W *:E", "no log line", true],
    ["*:I wifi:E", "I (1) app: x", true],
    ["*:I wifi:E", "D (1) app: x", false],
    ["*:I wifi:E", "W (1) wifi: x", false],
    ["*", "V (1) app: x", true],
    // The later one of a tag wins.
    ["wifi:N wifi:I", "I (1) wifi: x", true],
    ["wifi:I wifi:N", "E (1) wifi: x", false],
    // Colours, other times, none.
    ["wifi:W", "\u001b[0;32mI (1) wifi: x\u001b[0m", false],
    ["wifi:W", "\u001b[1;31mE (12:00:01.123) wifi: x\u001b[0m", true],
    ["wifi:W", "I wifi: x", false],
    ["wifi:W *:I", "W wifi: x", true],
    // No level, no log line.
    ["wifi:W *:I", "X (1) wifi: x", true],
  ])("%j and the line %j: %s", (filter, line, isShown) => {
    expect(parsePrintFilter(filter).shows(line)).toBe(isShown);
  });

  it.each(["a:b:c", ":I", "wifi:X", "wifi:II", "*:I wifi:Q"])("refuses %s", (text) => {
    expect(thrown(() => parsePrintFilter(text)).code).toBe("argument.invalid");
  });
});
