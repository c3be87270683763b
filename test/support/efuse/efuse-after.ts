import type { BurnPlan } from "../../../src/core/efuse/plan/plan.ts";
import type { EfuseState } from "../../../src/core/efuse/table/types.ts";
import { hiddenBits } from "../../../src/core/efuse/value/hidden-bits.ts";

/** What a chip that was burned as planned reads as; `keep` leaves out hiding. */
export function afterPlan(
  { basis, steps }: Pick<BurnPlan, "basis" | "steps">,
  keep: "hidden" | "all" = "hidden",
): EfuseState {
  const blocks = new Map(basis.blocks);
  for (const { block: id, bits } of steps) {
    const block = blocks.get(id);
    if (block === undefined) throw new Error(`block ${id} is burned but was not read`);
    blocks.set(id, { ...block, bits: block.bits | bits });
  }
  if (keep === "all") return { ...basis, blocks };
  const block0 = blocks.get(0)?.bits ?? 0n;
  for (const [id, block] of blocks) {
    blocks.set(id, { ...block, bits: block.bits & ~hiddenBits(basis.table, id, block0) });
  }
  return { ...basis, blocks };
}
