import { bitNumbers } from "../table/bits.ts";
import type { EfuseState } from "../table/types.ts";
import { fieldValue } from "../value/field-value.ts";
import type { Addition } from "./draft.ts";
import type { FieldChange } from "./plan.ts";

/** What is added, field by field: blocks from the highest to 0, fields by their first new bit. */
export function changesOf(
  additions: readonly Addition[],
  before: EfuseState,
  after: EfuseState,
): readonly FieldChange[] {
  return merged(additions)
    .map((addition) => changeOf(addition, before, after))
    .toSorted((left, right) => right.block - left.block || (left.bits[0] ?? 0) - (right.bits[0] ?? 0));
}

function merged(additions: readonly Addition[]): readonly Addition[] {
  const found = new Map<string, Addition>();
  for (const addition of additions) {
    const key = `${addition.block} ${addition.field?.name ?? ""}`;
    const other = found.get(key);
    const bits = addition.bits | (other?.bits ?? 0n);
    found.set(key, { ...addition, bits, secret: addition.secret || other?.secret === true });
  }
  return [...found.values()];
}

function changeOf({ block, bits, field, secret }: Addition, before: EfuseState, after: EfuseState): FieldChange {
  return {
    field: field?.name ?? null,
    block,
    bits: bitNumbers(bits),
    width: field?.width ?? 32 * (before.blocks.get(block)?.words ?? 0),
    from: field === null ? 0n : fieldValue(before, field),
    to: field === null ? bits : fieldValue(after, field),
    secret,
  };
}
