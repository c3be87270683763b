import { bitMask } from "../table/bits.ts";
import { fieldPlace } from "../table/field-place.ts";
import type { EfuseTable, Protected } from "../table/types.ts";

/**
 * The bits of a block that read as zero whatever they are, by what BLOCK0 holds. Pure. A field that several bits of
 * RD_DIS hide part by part (BLOCK_KEY0 of the ESP32-C2) is hidden whole only by all of them.
 */
export function hiddenBits(table: EfuseTable, block: number, block0: bigint): bigint {
  const readDisable = fieldPlace(table, "RD_DIS");
  if (readDisable === null) return 0n;
  const start = BigInt(readDisable.bit);
  const hides = (bit: number): boolean => ((block0 >> (start + BigInt(bit))) & 1n) === 1n;
  const isHidden = (bits: readonly number[]): boolean => bits.length > 0 && bits.every(hides);
  return coveredBits(table, block, ({ readDisableBits }) => isHidden(readDisableBits));
}

/** The bits of a block that belong to something that is covered: the block itself, or fields in it. */
export function coveredBits(table: EfuseTable, block: number, isCovered: (item: Protected) => boolean): bigint {
  const own = table.blocks[block];
  let covered = own !== undefined && isCovered(own) ? bitMask(0, 32 * own.words) : 0n;
  for (const field of table.fields)
    if (field.block === block && field.bit !== null && isCovered(field)) covered |= bitMask(field.bit, field.width);
  return covered;
}
