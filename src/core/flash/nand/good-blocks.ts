import { hexAddress } from "../../bytes/hex.ts";
import { EspError, throwIfAborted } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { NAND } from "./geometry.ts";
import { isMarked } from "./marks.ts";

/** As the reference has it (fact sheet 3.17): more than these side by side are no accident of manufacture. */
const MOST_IN_A_ROW = 4;

/**
 * The first block from `from` on that is not marked; null when there is none before `end`. Throws
 * `nand.too-few-blocks` when too many in a row are marked.
 */
export async function nextGoodBlock(
  session: LiveSession,
  { from, end }: { readonly from: number; readonly end: number },
  onSkip: (block: number) => void = () => undefined,
): Promise<number | null> {
  let inARow = 0;
  for (let block = from; block < end; block++) {
    throwIfAborted(session.link.signal);
    if (!(await isMarked(session, block))) return block;
    onSkip(block);
    if (++inARow > MOST_IN_A_ROW)
      throw new EspError(
        "nand.too-few-blocks",
        `Not enough good blocks: more than ${MOST_IN_A_ROW} in a row from ${hexAddress(from * NAND.blockBytes)} on are marked bad.`,
        {
          hint: "Choose another address: the list of bad blocks shows which are good.",
          remedies: ["show-bad-blocks"],
          details: { from, marked: inARow },
        },
      );
  }
  return null;
}

/** Tells that a marked block was left out. */
export function emitSkip(session: LiveSession): (block: number) => void {
  return (block) => session.emit({ type: "nand.block-skipped", address: block * NAND.blockBytes });
}
