import { expect, it } from "vitest";
import { isEspError } from "../../src/index.ts";
import { FILE_SYSTEM_TARGETS } from "../../tools/fuzz/file-system-targets.ts";
import { seededRandom } from "../support/mutation.ts";

const RUNS = 300;

it.each(FILE_SYSTEM_TARGETS)("what is whole is kept, and what is made is read: $name", ({ make, take }) => {
  const random = seededRandom(11);
  let taken = 0;
  for (let run = 0; run < RUNS; run++) {
    try {
      take(make(random));
      taken++;
    } catch (error) {
      if (!isEspError(error)) throw error;
    }
  }
  // Refusals alone would prove nothing.
  expect(taken).toBeGreaterThan(RUNS / 20);
});
