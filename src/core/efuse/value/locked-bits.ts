import { fieldPlace } from "../table/field-place.ts";
import type { EfuseTable } from "../table/types.ts";
import { coveredBits } from "./hidden-bits.ts";

/** The bits of a block that cannot be burned any more, by what BLOCK0 holds. Pure. */
export function lockedBits(table: EfuseTable, block: number, block0: bigint): bigint {
  const writeDisable = fieldPlace(table, "WR_DIS");
  if (writeDisable === null) return 0n;
  const start = BigInt(writeDisable.bit);
  return coveredBits(
    table,
    block,
    ({ writeDisableBit: bit }) => bit !== null && ((block0 >> (start + BigInt(bit))) & 1n) === 1n,
  );
}
