import { type Check, either } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError, throwIfAborted } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { progressTeller } from "../../session/talk/progress.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { NAND_ERASE_REGION } from "../../wire/nand-commands.ts";
import { checkForce } from "../setup/check-options.ts";
import type { FlashRange } from "../setup/range.ts";
import { checkRange } from "../setup/range.ts";
import { NAND_OPTIONS, type NandOptions, nandMemo, nandOperation } from "./attach-nand.ts";
import { flashFailure } from "./flash-failure.ts";
import { NAND, requireBlockMultiple, requireInNand } from "./geometry.ts";
import { emitSkip } from "./good-blocks.ts";
import { isMarked, markBad } from "./marks.ts";

export interface EraseNandOptions extends NandOptions {
  /**
   * Erase blocks that are marked bad, too, and with it their marks. Those of the factory cannot be had back; it is meant
   * for blocks that were marked by mistake.
   */
  readonly force?: boolean | undefined;
}

export interface EraseNandResult {
  /** Blocks. */
  readonly erased: number;
  /** Blocks that are marked and were left alone. */
  readonly skipped: number;
  /** Blocks that could not be erased; they are marked now. */
  readonly failed: number;
  readonly elapsedMs: number;
}

/** Everything, or whole blocks: address and size must be multiples of 128 KiB. */
export type NandRange = FlashRange | "all";

const checkNandRange: Check<NandRange> = either(
  checkRange,
  oneOf<"all">(["all"]),
  "a range with address and sizeBytes, or 'all'",
);
const checkEraseNandOptions: Check<EraseNandOptions> = shape<EraseNandOptions>({ ...NAND_OPTIONS, force: checkForce });

/**
 * Erases NAND flash block by block. Marked blocks keep their marks unless `force` is given; a block that fails is
 * marked, and the rest goes on.
 *
 * Throws `flash.unaligned`, `flash.out-of-range`, `flash.erase-failed` when a failed block cannot be marked, `nand.*`,
 * `stub.*`, `link.*`, `operation.aborted`.
 */
export async function eraseNand(
  session: Session,
  range: NandRange,
  options: EraseNandOptions,
): Promise<EraseNandResult> {
  const live = checkSession(session, "session");
  const asked = checkNandRange(range, "range");
  const wanted = checkEraseNandOptions(options, "options");
  const { first, end } = blocksOf(asked);
  return await nandOperation(live, wanted, async () => {
    const elapsed = stopwatch(live);
    const what = asked === "all" ? "chip" : "region";
    const address = first * NAND.blockBytes;
    const sizeBytes = (end - first) * NAND.blockBytes;
    live.emit({ type: "erase.started", what, address, sizeBytes, estimatedMs: null });
    const tell = progressTeller(live, { phase: "erase", total: sizeBytes });
    const skip = emitSkip(live);
    const counts = { erased: 0, skipped: 0, failed: 0 };
    for (let block = first; block < end; block++) {
      throwIfAborted(live.link.signal);
      if (wanted.force !== true && (await isMarked(live, block))) {
        counts.skipped++;
        skip(block);
      } else counts[await eraseBlock(live, block)]++;
      tell((block + 1 - first) * NAND.blockBytes, block * NAND.blockBytes);
    }
    const elapsedMs = elapsed();
    live.emit({ type: "nand.erased", ...counts, elapsedMs });
    live.emit({ type: "erase.done", what, elapsedMs });
    return { ...counts, elapsedMs };
  });
}

async function eraseBlock(session: LiveSession, block: number): Promise<"erased" | "failed"> {
  const address = block * NAND.blockBytes;
  nandMemo(session).marks.delete(block);
  try {
    // Erasing twice does no harm, so a lost answer is no tragedy.
    await repeatable(session, () => session.link.exchange(NAND_ERASE_REGION, { address, sizeBytes: NAND.blockBytes }));
    return "erased";
  } catch (error) {
    if (flashFailure(error) === null) throw error;
    if (!(await markBad(session, block)))
      throw new EspError("flash.erase-failed", "A NAND block can be neither erased nor marked as bad.", {
        hint: "The flash may be write-protected.",
        details: { address },
        cause: error,
      });
    session.emit({ type: "nand.block-marked", address, during: "erase" });
    return "failed";
  }
}

function blocksOf(range: NandRange): { readonly first: number; readonly end: number } {
  if (range === "all") return { first: 0, end: NAND.blocks };
  const { address } = range;
  const sizeBytes = range.sizeBytes === "all" ? Math.max(0, NAND.sizeBytes - address) : range.sizeBytes;
  requireInNand(address, sizeBytes);
  requireBlockMultiple(address, "The address");
  requireBlockMultiple(sizeBytes, "The size");
  return { first: address / NAND.blockBytes, end: (address + sizeBytes) / NAND.blockBytes };
}
