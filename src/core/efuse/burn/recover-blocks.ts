import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean } from "../../check/values.ts";
import { hasErrors } from "../coding/block-errors.ts";
import type { BurnPlan, BurnStep } from "../plan/plan.ts";
import { checkDevice } from "../read/check-device.ts";
import type { EfuseDevice } from "../read/device.ts";
import { requireBlock } from "../read/read-efuses.ts";
import { checkState } from "../table/check-efuses.ts";
import type { BlockState, EfuseState } from "../table/types.ts";
import { isWritable } from "../value/field-value.ts";
import { hiddenBits } from "../value/hidden-bits.ts";
import { actOnPlan, type BurnOptions } from "./act-on-plan.ts";
import type { BurnedStep } from "./burn-failure.ts";

/**
 * `uncorrectable`: a Reed-Solomon block with more errors than its code can correct reads wrong, and check bits of wrong
 * contents would ruin it; `hidden`: some of its contents cannot be read; `empty`: there is nothing to burn again.
 */
export type Hopeless = "uncorrectable" | "hidden" | "write-protected" | "empty";

export interface RecoveryPlan {
  /** Damaged blocks with what they hold, from the highest to 0. */
  readonly steps: readonly BurnStep[];
  readonly hopeless: readonly { readonly block: number; readonly name: string; readonly why: Hopeless }[];
}

export interface RecoveryOptions extends BurnOptions {
  /** Also blocks whose contents are wrong for certain. */
  readonly uncorrectable?: boolean | undefined;
}

export interface RecoveredBlock extends BurnedStep {
  /** The chip reports no errors any more. */
  readonly healed: boolean;
}

export interface RecoveryReport extends Pick<RecoveryPlan, "hopeless"> {
  readonly steps: readonly RecoveredBlock[];
  readonly state: EfuseState;
}

const checkRecoveryOptions: Check<RecoveryOptions> = shape<RecoveryOptions>({
  uncorrectable: optional(checkBoolean),
  signal: optional(checkSignal),
  checkRegisters: optional(checkBoolean),
});

/** Pure: which damaged blocks can be burned again with what they hold (fact sheet efuse-secure A11, `--recovery`). */
export function planRecovery(state: EfuseState, options: Pick<RecoveryOptions, "uncorrectable"> = {}): RecoveryPlan {
  checkState(state, "state");
  const wanted = checkRecoveryOptions(options, "options");
  const damaged = [...state.blocks.values()]
    .filter(({ errors }) => hasErrors(errors))
    .sort((left, right) => right.id - left.id);
  const steps: BurnStep[] = [];
  const hopeless: { block: number; name: string; why: Hopeless }[] = [];
  for (const block of damaged) {
    const why = hopelessness(state, block, wanted.uncorrectable ?? false);
    if (why === null) steps.push({ block: block.id, bits: block.bits, postponed: false });
    else hopeless.push({ block: block.id, name: requireBlock(state.table, block.id).name, why });
  }
  return { steps, hopeless };
}

function hopelessness(state: EfuseState, block: BlockState, tryAll: boolean): Hopeless | null {
  const { table, blocks } = state;
  const block0 = blocks.get(0)?.bits ?? 0n;
  const isCoded = block.scheme === "reed-solomon" || block.scheme === "3/4";
  if (isCoded && hiddenBits(table, block.id, block0) !== 0n) return "hidden";
  if (block.bits === 0n) return "empty";
  if (!isWritable(state, requireBlock(table, block.id))) return "write-protected";
  return block.scheme === "reed-solomon" && block.errors.fail && !tryAll ? "uncorrectable" : null;
}

/**
 * Burns damaged blocks again with what they hold. `state` must have BLOCK0 and the blocks in question, read with errors.
 *
 * Throws as `burnEfuses` does; of blocks that stay damaged the report tells.
 */
export async function recoverBlocks(
  device: EfuseDevice,
  state: EfuseState,
  options: RecoveryOptions = {},
): Promise<RecoveryReport> {
  checkDevice(device, "device");
  checkState(state, "state");
  const wanted = checkRecoveryOptions(options, "options");
  const { steps, hopeless } = planRecovery(state, wanted);
  const plan: BurnPlan = { basis: state, outcomes: [], changes: [], hides: [], locks: [], cautions: [], steps };
  const report = await actOnPlan(device, plan, { ...wanted, heals: true });
  return {
    steps: report.steps.map((step) => ({ ...step, healed: step.verdict !== "still-damaged" })),
    hopeless,
    state: report.state ?? state,
  };
}
