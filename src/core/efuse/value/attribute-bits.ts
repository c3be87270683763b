import { bitMask } from "../table/bits.ts";
import { isPresent } from "../table/find-field.ts";
import type { EfuseBlock, EfuseField, EfuseState } from "../table/types.ts";

/** Bits of a block, and the field they are of. */
export interface FieldBits {
  readonly field: EfuseField | null;
  readonly bits: bigint;
}

/**
 * Says of each bit which field it is of: the narrowest that has it, the first of equals. Calibration fields count in use
 * or not: nothing else is in their place.
 */
export function attributeBits(state: EfuseState, block: number, bits: bigint): readonly FieldBits[] {
  const isMeant = (field: EfuseField): boolean => field.presence === "calibration" || isPresent(state, field);
  const fields = state.table.fields
    .filter((field) => field.block === block && field.bit !== null && isMeant(field))
    .toSorted((left, right) => left.width - right.width);
  const found: FieldBits[] = [];
  let rest = bits;
  for (const field of fields) {
    const own = rest & bitMask(field.bit ?? 0, field.width);
    if (own === 0n) continue;
    found.push({ field, bits: own });
    rest &= ~own;
  }
  return rest === 0n ? found : [...found, { field: null, bits: rest }];
}

/** The field that is all of a block, as its coding scheme leaves it. */
export function wholeBlockField(state: EfuseState, block: EfuseBlock): EfuseField | null {
  const words = state.blocks.get(block.id)?.words ?? block.words;
  return (
    state.table.fields.find(
      (field) => field.block === block.id && field.bit === 0 && field.width === 32 * words && isPresent(state, field),
    ) ?? null
  );
}
