import { expect, it } from "vitest";
import { FUZZ_TARGETS } from "../../tools/fuzz/fuzz-targets.ts";
import { feed, seededRandom } from "../support/mutation.ts";

const RUNS = 2000;

it("a damaged stream of Improv is read alike in any pieces, and nothing is held back for good", () => {
  const target = FUZZ_TARGETS.find(({ name }) => name === "improv");
  if (target === undefined) throw new Error("there is no such target");
  const random = seededRandom(11);
  const { accepted } = feed(RUNS, () => target.make(random), target.take);
  expect(accepted).toBe(RUNS);
});
