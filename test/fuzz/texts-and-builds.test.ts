import { expect, it } from "vitest";
import { isEspError } from "../../src/index.ts";
import { BUILD_TARGETS } from "../../tools/fuzz/build-targets.ts";
import { TEXT_TARGETS } from "../../tools/fuzz/text-targets.ts";
import { seededRandom } from "../support/mutation.ts";

const RUNS = 100;

it.each([...BUILD_TARGETS, ...TEXT_TARGETS])(
  "what is damaged is refused, and what is not keeps to its rules: $name",
  async ({ make, take }) => {
    const random = seededRandom(14);
    let taken = 0;
    for (let run = 0; run < RUNS; run++) {
      const bytes = make(random);
      try {
        await take(bytes);
        taken++;
      } catch (error) {
        expect(isEspError(error), `${Buffer.from(bytes).toString("hex").slice(0, 2000)}: ${String(error)}`).toBe(true);
      }
    }
    // Refusals alone would prove nothing.
    expect(taken).toBeGreaterThan(0);
  },
);
