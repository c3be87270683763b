import fc from "fast-check";
import { expect, it } from "vitest";
import { lastAtOrBelow, lastOf } from "./search-sorted.ts";

it("finds what going through the list finds", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(50), fc.nat(10), (numbers, limit, skip) => {
      const list = numbers.toSorted((one, other) => one - other);
      const from = Math.min(skip, list.length);
      const found = list.findLastIndex((value, index) => index >= from && value <= limit);
      expect(lastAtOrBelow((index) => list[index] ?? 0, limit, from, list.length)).toBe(found);
      expect(lastOf(list, (value) => value, limit)).toBe(list.findLast((value) => value <= limit));
    }),
  );
});
