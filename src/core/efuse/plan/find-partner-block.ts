import { cannotServe } from "../table/burn-rules.ts";
import type { EfuseBlock, EfuseState, KeyPurpose } from "../table/types.ts";
import { blockBits, isReadable, isWritable } from "../value/field-value.ts";
import { keyPurposeCode, purposeFieldOf } from "../value/key-purposes.ts";
import { type Draft, pendingState } from "./draft.ts";

/** What the second half of a key will be. */
interface SecondHalf {
  readonly purpose: KeyPurpose;
  readonly bits: bigint;
}

/**
 * The block for the second half of a key: one that holds just this half already, else the next free one after the
 * first half, from the last on to the first (fact sheet efuse-secure A13). That one may be no good for the purpose, and is
 * passed over only where the reference does so: nobody has named the block behind it. Null: there is none.
 */
export function findPartnerBlock(draft: Draft, first: EfuseBlock, half: SecondHalf): EfuseBlock | null {
  const state = pendingState(draft);
  const keyBlocks = state.table.blocks.filter((block) => purposeFieldOf(state.table, block) !== null);
  const at = keyBlocks.findIndex((block) => block.id === first.id);
  const others = [...keyBlocks.slice(at + 1), ...keyBlocks.slice(0, at)].filter(({ id }) => !draft.namedBlocks.has(id));
  return (
    others.find((block) => holds(state, block, half)) ??
    others.find((block) => isFree(draft, state, block, half)) ??
    null
  );
}

function purposeCode(state: EfuseState, block: EfuseBlock): number {
  const field = purposeFieldOf(state.table, block);
  return field === null ? 0 : keyPurposeCode(state, field);
}

function holds(state: EfuseState, block: EfuseBlock, { purpose, bits }: SecondHalf): boolean {
  return purposeCode(state, block) === purpose.code && blockBits(state, block.id) === bits && isReadable(state, block);
}

function isFree(draft: Draft, state: EfuseState, block: EfuseBlock, { purpose }: SecondHalf): boolean {
  const field = purposeFieldOf(state.table, block);
  return (
    field !== null &&
    !(draft.rules.halfGoesAround && cannotServe(draft.rules, field, purpose)) &&
    !draft.claims.some((claim) => claim.block === block.id) &&
    isReadable(state, block) &&
    isWritable(state, block) &&
    isWritable(state, field) &&
    blockBits(state, block.id) === 0n &&
    purposeCode(state, block) === 0
  );
}
