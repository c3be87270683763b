// Shelf: the rules of a port as cases.
// In: a bench.
// Out: named cases.

import { type Check, optional } from "../../check/check.ts";
import { checkMilliseconds } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkFunction } from "../../check/values.ts";
import { checkPort } from "../check-port.ts";
import type { PortBench, PortCase, PortCaseOptions } from "./bench.ts";
import { RULES, type Rule } from "./rules.ts";
import { Trial } from "./trial.ts";

const checkBench: Check<PortBench> = hasParts<PortBench>("a bench with port, say, heard and lose", {
  port: checkPort,
  say: checkFunction,
  heard: checkFunction,
  lose: checkFunction,
});
const checkOptions: Check<PortCaseOptions> = shape<PortCaseOptions>({
  patienceMs: optional(checkMilliseconds),
  writeTimeoutMs: optional(checkMilliseconds),
});

/**
 * The rules of `Port` as cases to be run, each on a bench of its own, with whatever runs your tests. A case that a port does
 * not keep throws, and says which rule is broken.
 *
 * @example
 * for (const { name, run } of portCases(async () => myBench())) test(name, async () => void (await run()));
 */
export function portCases(
  makeBench: () => PortBench | Promise<PortBench>,
  options: PortCaseOptions = {},
): readonly PortCase[] {
  checkFunction(makeBench, "makeBench");
  const wanted = checkOptions(options, "options");
  return RULES.map((rule) => ({ name: rule.name, run: () => runRule(rule, makeBench, wanted) }));
}

async function runRule(
  { needs = [], run }: Rule,
  makeBench: () => PortBench | Promise<PortBench>,
  options: PortCaseOptions,
): Promise<"passed" | "not shown"> {
  const bench = checkBench(await makeBench(), "the bench");
  try {
    if (needs.some((ability) => bench[ability] === undefined)) return "not shown";
    await run(new Trial(bench, options));
    return "passed";
  } finally {
    // A port that breaks the rules may not close either.
    await new Trial(bench, options).close().catch(() => {});
    await bench.dispose?.();
  }
}
