import { describe, expect, it } from "vitest";
import { afterTaken, afterTrouble, answerMs, mayRepeat, newPace, partEnd } from "./block-pace.ts";

const LARGEST = 0x4000;
const troubled = (times: number) => Array.from({ length: times }).reduce(afterTrouble, newPace(LARGEST));
const taken = (times: number, pace = troubled(1)) =>
  Array.from({ length: times }).reduce<typeof pace>((before) => afterTaken(before, LARGEST, 20), pace);

describe("the size of blocks", () => {
  it("shrinks with each that is damaged, down to what ROM loaders take", () => {
    expect([0, 1, 2, 3].map((times) => troubled(times).bytes)).toEqual([0x4000, 0x1000, 0x400, 0x400]);
  });

  it("grows again after four in a row, up to the largest", () => {
    expect([3, 4, 8].map((times) => taken(times).bytes)).toEqual([0x1000, 0x2000, 0x4000]);
    expect(taken(40).bytes).toBe(LARGEST);
    expect(taken(3, afterTrouble(taken(3, troubled(1)))).bytes).toBe(0x400);
  });

  it("leaves no end of a block that is next to nothing", () => {
    const pace = troubled(1);
    expect(partEnd(pace, 0, 0x4000)).toBe(0x1000);
    expect(partEnd(pace, 0x1000, 0x203f)).toBe(0x203f);
    expect(partEnd(pace, 0x1000, 0x2040)).toBe(0x2000);
    expect(partEnd(newPace(LARGEST), 0, 0x4000)).toBe(0x4000);
  });
});

describe("a block that was refused", () => {
  it("is sent again a few times", () => {
    expect([1, 7, 8].map((times) => mayRepeat(troubled(times)))).toEqual([true, true, false]);
    expect(mayRepeat(afterTrouble(taken(1, troubled(7))))).toBe(true);
  });
});

describe("the answer to a block", () => {
  it("is waited for as flash may need, while nothing was lost", () => {
    expect(answerMs(taken(3, newPace(LARGEST)), 5000)).toBe(5000);
  });

  it("is not waited for so long on a line that loses messages, where answers came quickly", () => {
    expect(answerMs(taken(3), 5000)).toBe(500);
    expect(answerMs(afterTaken(troubled(1), LARGEST, 300), 5000)).toBe(1200);
    expect(answerMs(afterTaken(troubled(1), LARGEST, 3000), 5000)).toBe(5000);
    expect(answerMs(troubled(1), 5000)).toBe(5000);
  });
});
