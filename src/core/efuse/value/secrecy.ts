import { checkBigInt } from "../../check/numbers.ts";
import { bitMask } from "../table/bits.ts";
import { checkBlock, checkState } from "../table/check-efuses.ts";
import type { EfuseBlock, EfuseField, EfuseState } from "../table/types.ts";
import { attributeBits } from "./attribute-bits.ts";

/**
 * The one place that says what is not to be shown: what may be a key. That is a matter of where bits stand and how they
 * can be protected, never of whether they change: a key that is burned already is as secret as a new one. The purpose
 * does not make it public: a block without one (USER) may hold a key for software, and what is burned first and given a
 * purpose later was secret from the beginning.
 *
 * Not asked by `summary` and `dump` (and `--debug`), which show what can be read, as the reference does: to show it is
 * what they are for, and whoever wants to hide a key read-protects it.
 */

/** A field for a key that can be hidden; of bits without a field, a block that can be. */
export function isSecretPlace(block: EfuseBlock, field: EfuseField | null): boolean {
  if (field !== null) return field.fieldClass === "key-block" && field.readDisableBits.length > 0;
  return block.id > 0 && block.readDisableBits.length > 0;
}

/** Any of these bits of a block, or any at all, stands where a key may be. */
export function holdsSecret(state: EfuseState, block: EfuseBlock, bits?: bigint): boolean {
  checkState(state, "state");
  checkBlock(block, "block");
  const wanted = bits === undefined ? bitMask(0, 32 * block.words) : checkBigInt(bits, "bits");
  return attributeBits(state, block.id, wanted).some(({ field }) => isSecretPlace(block, field));
}
