import { expect, it } from "vitest";
import { isEspError } from "../../src/index.ts";
import { FUZZ_TARGETS } from "../../tools/fuzz/fuzz-targets.ts";
import { seededRandom } from "../support/mutation.ts";

const RUNS = 400;

it.each(FUZZ_TARGETS.filter(({ name }) => /^(?:partition|ota|bundle)-/.test(name)))(
  "damaged input is told of and stops nothing: $name",
  ({ make, take }) => {
    const random = seededRandom(7);
    for (let run = 0; run < RUNS; run++) {
      const bytes = make(random);
      try {
        take(bytes);
      } catch (error) {
        expect(isEspError(error), `${Buffer.from(bytes).toString("hex")}: ${String(error)}`).toBe(true);
      }
    }
  },
);
