import { EspError } from "../../errors.ts";
import { keepsCodeIntact } from "../coding/coding.ts";
import type { BurnPlan } from "../plan/plan.ts";
import { requireBlock } from "../read/read-efuses.ts";
import { fieldPlace } from "../table/field-place.ts";
import type { EfuseBlock, EfuseState, EfuseTable } from "../table/types.ts";
import { hiddenBits } from "../value/hidden-bits.ts";

/**
 * A plan is checked when it is made; what would spoil a chip for ever is checked once more against what it holds now.
 * Throws `efuse.coding-forbids`, `efuse.unsupported-coding`; for a plan that contradicts itself, a RangeError.
 */
export function requireBurnable(plan: BurnPlan, { table, blocks }: EfuseState): void {
  const isForced = plan.outcomes.some(({ request }) => request.force === true);
  const held = new Map([...blocks].map(([id, { bits }]) => [id, bits]));
  for (const { block: id, bits } of plan.steps) {
    const block = requireBlock(table, id);
    const before = blocks.get(id);
    const present = held.get(id);
    if (before === undefined || present === undefined) throw new RangeError(`${block.name} was not read`);
    if (bits >> BigInt(32 * before.words) !== 0n) throw new RangeError(`${block.name} has no such bits as are planned`);
    if ((bits & ~(present | listedBits(plan, id))) !== 0n)
      throw new RangeError(`the plan burns bits of ${block.name} that are not among its changes`);
    if (!isForced && !keepsCodeIntact(before.scheme, present, bits)) throw codingForbids(block);
    if (!isForced && id > 0 && hidesScheme(table, held.get(0) ?? 0n)) throw schemeUnknown(block);
    held.set(id, present | bits);
  }
}

function listedBits({ changes }: BurnPlan, block: number): bigint {
  let listed = 0n;
  for (const change of changes) if (change.block === block) for (const bit of change.bits) listed |= 1n << BigInt(bit);
  return listed;
}

/** Only the ESP32 has the field: it reads as "none" when it is hidden. */
function hidesScheme(table: EfuseTable, block0: bigint): boolean {
  return (hiddenBits(table, 0, block0) & (fieldPlace(table, "CODING_SCHEME")?.mask ?? 0n)) !== 0n;
}

function codingForbids({ name }: EfuseBlock): EspError {
  return new EspError(
    "efuse.coding-forbids",
    `${name} cannot be burned again: its check bits would not fit any more.`,
    {
      hint: "Blocks with a coding scheme are burned once, with all they shall hold.",
      details: { block: name },
    },
  );
}

function schemeUnknown({ name }: EfuseBlock): EspError {
  return new EspError("efuse.unsupported-coding", `${name} cannot be burned: its coding scheme is read-protected.`, {
    hint: "RD_DIS hides CODING_SCHEME, so nobody can tell which check bits the block needs.",
    details: { block: name },
  });
}
