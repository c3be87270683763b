import type { Check } from "../../check/check.ts";
import { checkBigInt, wholeNumber } from "../../check/numbers.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkObject, checkText, listOf } from "../../check/values.ts";
import { checkState } from "../table/check-efuses.ts";
import type { BurnPlan } from "./plan.ts";

/** Never remembered: what a plan says is burned for good. */
export const checkPlan: Check<BurnPlan> = hasParts<BurnPlan>("what planBurn gives", {
  basis: checkState,
  outcomes: listOf(checkObject),
  changes: listOf(checkObject),
  hides: listOf(checkText),
  locks: listOf(checkText),
  cautions: listOf(checkObject),
  steps: listOf(hasParts<BurnPlan["steps"][number]>("a step of a plan", { block: wholeNumber(0), bits: checkBigInt })),
});
