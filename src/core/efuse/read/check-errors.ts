import { hasErrors } from "../coding/block-errors.ts";
import { bitMask } from "../table/bits.ts";
import { checkState } from "../table/check-efuses.ts";
import type { BlockErrors, EfuseField, EfuseState } from "../table/types.ts";

/** Damage that the chip reports. */
export interface DamageReport {
  /** In the order of their ids. */
  readonly blocks: readonly DamagedBlock[];
  /** Fields of BLOCK0 with a bit in error: of the other blocks the chip only tells that something is wrong. */
  readonly fields: readonly EfuseField[];
}

export interface DamagedBlock {
  readonly id: number;
  readonly name: string;
  readonly errors: BlockErrors;
}

/** Pure: what is damaged among the blocks that were read (fact sheet efuse-secure A11). */
export function checkErrors(state: EfuseState): DamageReport {
  const { table, blocks } = checkState(state, "state");
  const damaged = [...blocks.values()].filter(({ errors }) => hasErrors(errors));
  const inError = blocks.get(0)?.errors.bits ?? 0n;
  return {
    blocks: damaged
      .map(({ id, errors }) => ({ id, name: table.blocks[id]?.name ?? "", errors }))
      .sort((left, right) => left.id - right.id),
    fields: table.fields.filter(
      ({ block, bit, width }) => block === 0 && bit !== null && (inError & bitMask(bit, width)) !== 0n,
    ),
  };
}
