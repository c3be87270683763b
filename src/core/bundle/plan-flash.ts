import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../check/values.ts";
import { checkPartitions } from "../partition/table/partition.ts";
import { checkBundle } from "./check-bundle.ts";
import type { FlashBundle } from "./flash-bundle.ts";
import { type FlashPlan, type PlanFlashOptions, planBundle } from "./plan-bundle.ts";

const checkOptions: Check<PlanFlashOptions> = shape<PlanFlashOptions>({
  only: optional(listOf(checkText)),
  overwriteAll: optional(checkBoolean),
  before: optional(checkPartitions),
  erase: optional(listOf(checkText)),
});

/**
 * Which files of a bundle are written, what stays as it is, and what is lost. Pure: what is on the chip is told to it.
 * Throws the first problem that concerns a file that would be written, with its own code; `flash.overlap` for two that share a
 * sector, `bundle.unknown` where nothing is left to write, `partition.missing` for a name that is none.
 */
export function planFlash(bundle: FlashBundle, options: PlanFlashOptions = {}): FlashPlan {
  return planBundle(checkBundle(bundle, "bundle"), checkOptions(options, "options"));
}
