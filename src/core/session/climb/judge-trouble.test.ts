import { describe, expect, it } from "vitest";
import type { RateRecord } from "../session.ts";
import { judgeTrouble, type Trouble } from "./judge-trouble.ts";

const at = (baudRate: number, bytes: number, troubles: number): RateRecord => ({ baudRate, bytes, troubles });
const trouble = (given: Partial<Trouble>): Trouble => ({
  now: at(1_500_000, 20_000, 1),
  left: null,
  isNoise: false,
  isFutile: false,
  ...given,
});

describe("trouble on a line", () => {
  it("is blamed on the rate at first", () => {
    expect(judgeTrouble(trouble({}))).toBe("lower");
  });

  it("is noise when it comes as often at a lower rate", () => {
    const left = at(2_000_000, 20_000, 1);
    expect(judgeTrouble(trouble({ left, now: at(1_500_000, 20_000, 1) }))).toBe("return");
    expect(judgeTrouble(trouble({ left, now: at(1_500_000, 79_999, 1) }))).toBe("return");
  });

  it("was the rate's when it is much rarer below", () => {
    const left = at(2_000_000, 20_000, 4);
    expect(judgeTrouble(trouble({ left, now: at(1_500_000, 20_000, 1) }))).toBe("stay");
    expect(judgeTrouble(trouble({ left: at(2_000_000, 20_000, 1), now: at(1_500_000, 80_000, 1) }))).toBe("stay");
  });

  it("that is rarer and still dense lowers the rate further", () => {
    const left = at(2_000_000, 300, 3);
    expect(judgeTrouble(trouble({ left, now: at(1_500_000, 2000, 3) }))).toBe("lower");
    expect(judgeTrouble(trouble({ left, now: at(1_500_000, 900, 2) }))).toBe("stay");
  });

  it("that is noise is no reason to lower it again, unless nothing gets through", () => {
    expect(judgeTrouble(trouble({ isNoise: true }))).toBe("stay");
    expect(judgeTrouble(trouble({ isNoise: true, isFutile: true }))).toBe("lower");
  });
});
