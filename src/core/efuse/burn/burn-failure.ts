import { type AbortSignalLike, EspError } from "../../errors.ts";
import type { BurnPlan, BurnStep } from "../plan/plan.ts";
import { requireBlock } from "../read/read-efuses.ts";
import { bitNumbers } from "../table/bits.ts";
import { holdsSecret } from "../value/secrecy.ts";
import type { StepResult, StepVerdict } from "./burn-block.ts";

/** A step that was burned. */
export interface BurnedStep {
  readonly block: number;
  readonly name: string;
  readonly postponed: boolean;
  /** How often it was burned until it was right. */
  readonly attempts: number;
  readonly verdict: StepVerdict;
}

/** How far a plan came: `burned.length` is the index of the step that failed, or was next. */
export interface BurnProgress {
  readonly plan: BurnPlan;
  readonly burned: readonly BurnedStep[];
}

type Failure = Extract<StepResult, { ok: false }>;

/** What is burned, what is not, and what to do about it. Of keys only the number of bits is told. */
export function burnFailure(progress: BurnProgress, failure: StepResult): EspError {
  const { plan, burned } = progress;
  const step = plan.steps[burned.length];
  if (step === undefined || failure.ok) throw new RangeError("no step of the plan has failed");
  const { cause } = failure;
  // Nothing has happened: why not is all there is to say.
  if (cause !== undefined && !failure.begun && burned.length === 0) return cause;
  const left = plan.steps.slice(burned.length + 1);
  const failed = describe(plan, step);
  return new EspError("efuse.burn-failed", [sentence(failed.name, failure), ...summary(progress, left)].join(" "), {
    hint: advice(
      failure,
      failed,
      left.flatMap((next) => describe(plan, next).fields),
    ),
    remedies: ["recover-efuses"],
    details: {
      burned,
      failed: { ...failed, ...evidence(plan, step, failure) },
      notBurned: left.map((next) => describe(plan, next)),
    },
    ...(cause !== undefined && { cause }),
  });
}

/** `operation.aborted`, with what is burned by now. */
export function burnStopped(progress: BurnProgress, signal: AbortSignalLike): EspError {
  const { plan, burned } = progress;
  const left = plan.steps.slice(burned.length);
  const text = burned.length === 0 ? ["Nothing was burned."] : summary(progress, left);
  return new EspError("operation.aborted", ["The operation was stopped.", ...text].join(" "), {
    hint: "What was not burned can be burned later.",
    details: { burned, notBurned: left.map((next) => describe(plan, next)) },
    cause: signal.reason,
  });
}

interface Described {
  readonly block: number;
  readonly name: string;
  readonly postponed: boolean;
  /** Of which something is to be burned; where bits belong to no field, the name of the block. */
  readonly fields: readonly string[];
}

function describe({ basis, changes }: BurnPlan, { block, bits, postponed }: BurnStep): Described {
  const { name } = requireBlock(basis.table, block);
  const own = changes.filter((change) => change.block === block && change.bits.some((bit) => isSet(bits, bit)));
  return { block, name, postponed, fields: [...new Set(own.map(({ field }) => field ?? name))] };
}

function isSet(bits: bigint, bit: number): boolean {
  return ((bits >> BigInt(bit)) & 1n) === 1n;
}

function sentence(name: string, { reason, attempts, begun, cause, judgement }: Failure): string {
  switch (reason) {
    case "missing-bits":
      return `Burning ${name} failed: ${bitNumbers(judgement?.missing ?? 0n).length} bits are not set after ${attempts} attempts.`;
    case "unexpected-bits":
      return `Burning ${name} failed: bits have changed that were not to be burned.`;
    case "damaged":
      return `Burning ${name} failed: the chip reports errors in it that were not there before.`;
    case "no-answer":
      return `Burning ${name} failed: the chip did not confirm it, and it cannot be read.`;
    case "interrupted":
      return `Burning ${name} was interrupted: ${cause?.message ?? ""} ${
        begun ? "What it holds now is not known." : "Nothing of it was burned."
      }`;
  }
}

function summary({ burned }: BurnProgress, left: readonly BurnStep[]): string[] {
  const names = burned.map(({ name, postponed }) => (postponed ? `${name} (postponed part)` : name));
  return [
    names.length === 0 ? "Nothing else was burned." : `Burned before: ${names.join(", ")}.`,
    ...(left.length === 0 ? [] : [`Not burned: ${left.length === 1 ? "one more step" : `${left.length} more steps`}.`]),
  ];
}

function advice({ reason }: Failure, { name, fields }: Described, later: readonly string[]): string {
  const rest = later.length === 0 ? "" : ` Then burn what is left: ${later.join(", ")}.`;
  if (reason === "interrupted" || reason === "no-answer")
    return `Look at ${name} (${fields.join(", ")}) in the summary, and burn damaged blocks again.${rest}`;
  return `Burn damaged blocks again.${rest}`;
}

function evidence(
  plan: BurnPlan,
  { block }: BurnStep,
  { reason, attempts, begun, judgement, after }: Failure,
): Readonly<Record<string, unknown>> {
  const { basis } = plan;
  const isSecret = holdsSecret(basis, requireBlock(basis.table, block));
  const shown = (bits: bigint): number | readonly number[] => (isSecret ? bitNumbers(bits).length : bitNumbers(bits));
  return {
    reason,
    attempts,
    begun,
    ...(judgement !== null && { missingBits: shown(judgement.missing), unexpectedBits: shown(judgement.unexpected) }),
    ...(after !== null && { errorCount: after.errors.count, errorFail: after.errors.fail }),
  };
}
