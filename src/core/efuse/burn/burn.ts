// Shelf: acting on a plan: confirm what it rests on, burn block by block, look at each; mend damage.
// In: an `EfuseDevice` and a `BurnPlan`.
// Out: a report of what is burned and seen; in an error, what is and what is not.

import { checkPlan } from "../plan/check-plan.ts";
import type { BurnPlan } from "../plan/plan.ts";
import { checkDevice } from "../read/check-device.ts";
import type { EfuseDevice } from "../read/device.ts";
import type { EfuseState } from "../table/types.ts";
import { actOnPlan, type BurnOptions, checkBurnOptions } from "./act-on-plan.ts";
import type { BurnedStep } from "./burn-failure.ts";

export interface BurnReport {
  /** All steps of the plan, as they were burned. */
  readonly steps: readonly BurnedStep[];
  /** What the chip holds now, of the blocks that were read before; null: it cannot be read any more. */
  readonly state: EfuseState | null;
}

/**
 * Burns what was planned and nothing else, step by step, each looked at before the next. This cannot be undone.
 *
 * Throws, with nothing burned, `efuse.changed-meanwhile` when the chip is not as it was planned for,
 * `efuse.wrong-crystal`, `efuse.coding-forbids`, `efuse.unsupported-coding`, `efuse.controller-busy`, `link.*`, `port.*`,
 * `operation.aborted`; with something burned, or perhaps burned, `efuse.burn-failed` or `operation.aborted`, whose
 * details say what: `burned`, `failed`, `notBurned`.
 *
 * @example
 * const device = efuseDevice(session);
 * const plan = planBurn(await readEfuses(device), [{ kind: "field", field: "DIS_PAD_JTAG" }]);
 * const { steps } = await burnEfuses(device, plan);
 */
export async function burnEfuses(device: EfuseDevice, plan: BurnPlan, options: BurnOptions = {}): Promise<BurnReport> {
  checkDevice(device, "device");
  checkPlan(plan, "plan");
  const wanted = checkBurnOptions(options, "options");
  return await actOnPlan(device, plan, { ...wanted, heals: false });
}
