import { describe, expect, it } from "vitest";
import { isHealthyXmc } from "./attach.ts";
import { isPlausibleJedecWord } from "./jedec.ts";

describe("isHealthyXmc", () => {
  // Vendor, type, capacity, from the lowest byte up (fact sheet 3.10).
  it.each([
    [0x164020, true],
    [0x204020, true],
    [0x214020, false],
    [0x124020, false],
    [0x174120, true],
    [0x164120, false],
    [0x155020, true],
    [0x175020, false],
    [0x1640c8, false],
    [0x164220, false],
  ])("%i", (word, expected) => {
    expect(isHealthyXmc(word)).toBe(expected);
  });
});

describe("isPlausibleJedecWord", () => {
  it.each([
    [0xffffff, false],
    [0x000000, false],
    [0xffff3f, false],
    [0x1640c8, true],
  ])("%i", (word, expected) => {
    expect(isPlausibleJedecWord(word)).toBe(expected);
  });
});
