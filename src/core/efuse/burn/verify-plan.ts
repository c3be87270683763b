import { checkPlan } from "../plan/check-plan.ts";
import type { BurnPlan, FieldChange } from "../plan/plan.ts";
import { bitNumbers } from "../table/bits.ts";
import { checkState } from "../table/check-efuses.ts";
import type { EfuseState } from "../table/types.ts";
import { blockBits } from "../value/field-value.ts";
import { hiddenBits } from "../value/hidden-bits.ts";
import type { BurnRequest } from "../value/request.ts";

/** `unreadable`: nothing that can be seen is missing, but not all can be seen. */
export type BurnVerdict = "burned" | "missing" | "unreadable";

export interface FieldVerdict {
  readonly field: string | null;
  readonly block: number;
  readonly verdict: BurnVerdict;
  /** Bits that were to be burned, could be seen, and are not set. */
  readonly missing: readonly number[];
}

export interface RequestVerdict {
  readonly request: BurnRequest;
  /** Of a request that changed nothing: `burned`. */
  readonly verdict: BurnVerdict;
  readonly fields: readonly FieldVerdict[];
}

export interface BlockDifference {
  readonly block: number;
  readonly bits: readonly number[];
}

export interface PlanVerdict {
  /** Nothing is missing, and nothing changed that was not planned. */
  readonly ok: boolean;
  readonly requests: readonly RequestVerdict[];
  /** Bits that are set now, were not before, and were not planned. */
  readonly unplanned: readonly BlockDifference[];
  /** Bits that were burned before, can be seen, and read 0 now. */
  readonly lost: readonly BlockDifference[];
}

/**
 * Compares what was planned with what the chip holds now. Pure. Blocks that are missing in `after` count as hidden;
 * BLOCK0 has to be there (`argument.invalid`).
 */
export function verifyPlan(plan: BurnPlan, after: EfuseState): PlanVerdict {
  checkPlan(plan, "plan");
  checkState(after, "after");
  const requests = plan.outcomes.map(({ request, changes }): RequestVerdict => {
    const fields = changes.map((change) => verdictOf(change, after));
    return { request, verdict: worst(fields), fields };
  });
  const unplanned = differences(plan, after, ({ before, now, planned }) => now & ~(before | planned));
  const lost = differences(plan, after, ({ before, now, hidden }) => before & ~now & ~hidden);
  const isAllThere = requests.every(({ verdict }) => verdict !== "missing");
  return { ok: isAllThere && unplanned.length === 0 && lost.length === 0, requests, unplanned, lost };
}

function worst(fields: readonly FieldVerdict[]): BurnVerdict {
  const verdicts = new Set(fields.map(({ verdict }) => verdict));
  if (verdicts.has("missing")) return "missing";
  return verdicts.has("unreadable") ? "unreadable" : "burned";
}

function verdictOf({ field, block, bits }: FieldChange, after: EfuseState): FieldVerdict {
  const wanted = bits.reduce((all, bit) => all | (1n << BigInt(bit)), 0n);
  const hidden = after.blocks.has(block) ? hiddenBits(after.table, block, blockBits(after, 0)) : wanted;
  const missing = wanted & ~hidden & ~(after.blocks.get(block)?.bits ?? 0n);
  const seen = (wanted & hidden) === 0n ? "burned" : "unreadable";
  return { field, block, verdict: missing === 0n ? seen : "missing", missing: bitNumbers(missing) };
}

interface Compared {
  readonly before: bigint;
  readonly now: bigint;
  readonly planned: bigint;
  readonly hidden: bigint;
}

function differences(plan: BurnPlan, after: EfuseState, differing: (seen: Compared) => bigint): BlockDifference[] {
  return [...after.blocks].flatMap(([block, { bits: now, scheme }]) => {
    const earlier = plan.basis.blocks.get(block);
    // Under another coding scheme the same fuses read otherwise: the two cannot be compared.
    if (earlier === undefined || earlier.scheme !== scheme) return [];
    const before = earlier.bits;
    const planned = plan.steps.filter((step) => step.block === block).reduce((all, step) => all | step.bits, 0n);
    const hidden = hiddenBits(after.table, block, blockBits(after, 0));
    const bits = differing({ before, now, planned, hidden });
    return bits === 0n ? [] : [{ block, bits: bitNumbers(bits) }];
  });
}
