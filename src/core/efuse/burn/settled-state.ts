import { isEspError } from "../../errors.ts";
import { chipWordsIn } from "../read/chip-words.ts";
import type { EfuseDevice } from "../read/device.ts";
import { inOrder, readEfuses } from "../read/read-efuses.ts";
import { tell } from "../read/tell.ts";
import { fieldPlace } from "../table/field-place.ts";
import type { BlockState, EfuseState, EfuseTable } from "../table/types.ts";
import { hiddenBits } from "../value/hidden-bits.ts";

/**
 * The state after a burn: the blocks as they were seen after it. Those that read otherwise now because of what BLOCK0
 * says (hidden, another coding scheme) are read again. What cannot be read is left out.
 */
export async function settledState(
  device: EfuseDevice,
  basis: EfuseState,
  blocks: ReadonlyMap<number, BlockState>,
): Promise<EfuseState> {
  const { table } = basis;
  const [before, after] = [basis.blocks.get(0)?.bits ?? 0n, blocks.get(0)?.bits ?? 0n];
  const schemeChanged = scheme(table, before) !== scheme(table, after);
  const affected = [...blocks.keys()].filter(
    (id) => id > 0 && (schemeChanged || hiddenBits(table, id, before) !== hiddenBits(table, id, after)),
  );
  const settled = new Map(blocks);
  if (affected.length > 0) {
    const again = await readAgain(device, table, affected);
    for (const id of affected) {
      const block = again?.blocks.get(id);
      if (block === undefined) settled.delete(id);
      else settled.set(id, block);
    }
  }
  return { ...basis, identity: chipWordsIn(table, basis.identity, settled), blocks: inOrder(settled) };
}

/** All is burned and was seen to be: that it cannot be looked at once more makes it no failure. */
async function readAgain(device: EfuseDevice, table: EfuseTable, blocks: number[]): Promise<EfuseState | null> {
  try {
    return await readEfuses(device, { table, blocks });
  } catch (error) {
    if (!isEspError(error)) throw error;
    tell(device, {
      type: "warning",
      code: "efuse.not-read-again",
      message: `Everything was burned, but blocks could not be read afterwards: ${error.message}`,
      details: { blocks, error: error.code },
    });
    return null;
  }
}

/** The ESP32's; 0 where there is none. */
function scheme(table: EfuseTable, block0: bigint): bigint {
  return block0 & (fieldPlace(table, "CODING_SCHEME")?.mask ?? 0n);
}
