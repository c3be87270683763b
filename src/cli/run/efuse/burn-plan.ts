import {
  type BlockDifference,
  type BurnPlan,
  burnEfuses,
  describePlan,
  type EfuseDevice,
  type EfuseState,
  holdsSecret,
  type PlanVerdict,
  planLines,
  verifyPlan,
} from "../../../efuse.ts";
import { EspError } from "../../../index.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { blockCheckLines } from "./block-check-lines.ts";
import { confirmBurn } from "./confirm.ts";
import { registerLines } from "./register-lines.ts";

export interface BurnOutcome {
  readonly result: RunResult;
  readonly burned: boolean;
  /** As read afterwards; null: what was burned keeps the chip from being read. */
  readonly state: EfuseState | null;
}

/** Shows the plan, asks, burns, reads back. Throws `efuse.*`; what was burned until then is in the error. */
export async function burnPlan(device: EfuseDevice, plan: BurnPlan, context: RunContext): Promise<BurnOutcome> {
  const { print, options, signal } = context;
  const described = describePlan(plan);
  print("");
  for (const line of planLines(plan)) print(line);
  if (options.flag("dry-run")) {
    print("Nothing was burned: this was a dry run.");
    return { result: { plan: described, burned: false, dryRun: true }, burned: false, state: plan.basis };
  }
  for (const line of blockCheckLines(plan)) print(line);
  if (plan.steps.length === 0) {
    print("Nothing to burn, see messages above.");
    return { result: { plan: described, burned: false }, burned: false, state: plan.basis };
  }
  await confirmBurn(context, planLines(plan));
  const { steps, state } = await burnEfuses(device, plan, { signal });
  const result = { plan: described, burned: true, steps };
  // The chip does as it was told last: it does not answer any more.
  if (state === null) return { result, burned: true, state };
  for (const line of registerLines(context, state)) print(line);
  check(plan, state, print);
  return { result, burned: true, state };
}

function check(plan: BurnPlan, state: EfuseState, print: RunContext["print"]): void {
  const verdict = verifyPlan(plan, state);
  print("Checking eFuses...");
  for (const { fields } of verdict.requests) {
    for (const { field, verdict: seen } of fields) {
      if (seen === "unreadable" && field !== null) {
        print(`Efuse ${field} is read-protected. Read back the burn value is not possible.`);
      }
    }
  }
  if (verdict.ok) return;
  throw new EspError("efuse.burn-failed", "The burn was not successful.", {
    hint: "check-error shows what the chip says of it; what is burned stays burned.",
    details: verdictDetails(state, verdict),
  });
}

/** What is wrong, for a program; of blocks that may hold keys no more than the number of bits. */
export function verdictDetails(
  state: EfuseState,
  { requests, unplanned, lost }: PlanVerdict,
): Readonly<Record<string, unknown>> {
  const told = (block: number, bits: readonly number[]): number | readonly number[] =>
    isSecret(block) ? bits.length : bits;
  const isSecret = (id: number): boolean => {
    const block = state.table.blocks[id];
    return block === undefined || holdsSecret(state, block);
  };
  const differences = (found: readonly BlockDifference[]): readonly unknown[] =>
    found.map(({ block, bits }) => ({ block, bits: told(block, bits) }));
  return {
    fields: requests.flatMap(({ fields }) =>
      fields.map((seen) => ({ ...seen, missing: told(seen.block, seen.missing) })),
    ),
    unplanned: differences(unplanned),
    lost: differences(lost),
  };
}
