import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Found } from "./known-sectors.ts";
import { nextToSettle, nothingSettled, settled } from "./settle-sectors.ts";

/** Asks a flash of such sectors until all is known. */
function settleAll(sectors: readonly Found[]) {
  const found: Found[] = [];
  let questions = 0;
  let askedSectors = 0;
  let state = nothingSettled(sectors.length);
  for (let range = nextToSettle(state, sectors.length); range !== null; range = nextToSettle(state, sectors.length)) {
    const inside = sectors.slice(range.from, range.to);
    const answer = inside.every((sector) => sector === inside[0]) ? (inside[0] ?? "same") : "different";
    state = settled(state, range, answer);
    for (let sector = range.from; sector < state.at; sector++) found[sector] = answer;
    questions++;
    askedSectors += inside.length;
  }
  return { found, questions, askedSectors };
}

const many = (count: number, found: Found): Found[] => new Array<Found>(count).fill(found);

describe("each sector is known in the end", () => {
  it("whatever they are, in not many more questions than there are sectors", () => {
    const found = fc.constantFrom<Found>("same", "different", "blank");
    fc.assert(
      fc.property(fc.array(fc.tuple(found, fc.integer({ min: 1, max: 40 })), { maxLength: 12 }), (runs) => {
        const sectors = runs.flatMap(([kind, count]) => many(count, kind));
        const result = settleAll(sectors);
        expect(result.found).toEqual(sectors);
        expect(result.questions).toBeLessThanOrEqual(2 * sectors.length + 12);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Found[], number]>([
    ["all the same", many(256, "same"), 1],
    ["all blank", many(256, "blank"), 1],
    ["one in the middle", [...many(100, "same"), "different", ...many(155, "same")], 32],
    ["all different", many(256, "different"), 265],
    ["no sectors", [], 0],
  ])("%s: %#", (_what, sectors, questions) => {
    const result = settleAll(sectors);
    expect(result.found).toEqual(sectors);
    expect(result.questions).toBeLessThanOrEqual(questions);
  });

  it("and what must differ is not asked for as a whole", () => {
    const { askedSectors } = settleAll([...many(128, "same"), "different", ...many(127, "same")]);
    // All, the first half, and from there on halves of what is left.
    expect(askedSectors).toBeLessThanOrEqual(256 + 128 + 64 + 32 + 16 + 8 + 4 + 2 + 1 + 127 + 16);
  });
});
