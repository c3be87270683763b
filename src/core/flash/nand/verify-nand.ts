import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import type { VerifyDifferences } from "../../events.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { type ProgressTeller, progressTeller, Tally } from "../../session/talk/progress.ts";
import { type FlashFileInput, filesToVerify } from "../guard/check-files.ts";
import { DifferenceList } from "../read/differences.ts";
import type { VerifiedFile, VerifyFlashResult } from "../read/verify-flash.ts";
import { NAND_OPTIONS, type NandOptions, nandOperation } from "./attach-nand.ts";
import { NAND } from "./geometry.ts";
import { emitSkip, nextGoodBlock } from "./good-blocks.ts";
import { type NandPiece, noRoom, planNandWrite } from "./plan-nand-write.ts";
import { readNandPart } from "./read-nand.ts";

export interface VerifyNandOptions extends NandOptions {
  /** List the bytes that differ. */
  readonly diff?: boolean | undefined;
}

const checkVerifyNandOptions: Check<VerifyNandOptions> = shape<VerifyNandOptions>({
  ...NAND_OPTIONS,
  diff: optional(checkBoolean),
});

/**
 * Reads good blocks and compares them with files, leaving marked blocks out as a write does. A mismatch is a result,
 * not an error. Throws `flash.unaligned`, `flash.out-of-range`, `flash.read-corrupt`, `nand.*`, `stub.*`, `link.*`.
 */
export async function verifyNand(
  session: Session,
  files: readonly FlashFileInput[],
  options: VerifyNandOptions,
): Promise<VerifyFlashResult> {
  const live = checkSession(session, "session");
  const wanted = checkVerifyNandOptions(options, "options");
  const read = filesToVerify(files, "files");
  const given = read instanceof Promise ? await read : read;
  // Each for itself: files that would disturb each other in a write may well be compared.
  const pieces = given.flatMap((file) => planNandWrite([file]));
  return await nandOperation(live, wanted, async () => {
    const elapsed = stopwatch(live);
    const verified: VerifiedFile[] = [];
    const tally = new Tally(pieces.reduce((sum, { data }) => sum + data.length, 0));
    for (const [fileIndex, piece] of pieces.entries()) {
      const { name: file, data } = piece;
      const total = data.length;
      const work = { phase: "verify", file, fileIndex, fileCount: pieces.length, total, tally } as const;
      verified.push(await verifyPiece(live, piece, wanted.diff ?? false, progressTeller(live, work)));
      tally.finish(total);
    }
    return { matched: verified.every(({ matched }) => matched), files: verified, elapsedMs: elapsed() };
  });
}

async function verifyPiece(
  session: LiveSession,
  piece: NandPiece,
  diff: boolean,
  tell: ProgressTeller,
): Promise<VerifiedFile> {
  const { emit } = session;
  const { name, data } = piece;
  const address = piece.firstBlock * NAND.blockBytes;
  const sizeBytes = data.length;
  emit({ type: "verify.started", file: name, address, sizeBytes });
  const differences = await compare(session, piece, tell);
  const matched = differences.count === 0;
  const listed = diff ? differences : { ...differences, runs: [] };
  if (matched) emit({ type: "verify.matched", file: name, after: "read-back" });
  else emit({ type: "verify.mismatched", file: name, differences: listed });
  return { name, address, sizeBytes, matched, differences: matched || !diff ? null : listed };
}

/** Addresses are those of the flash. */
async function compare(session: LiveSession, piece: NandPiece, tell: ProgressTeller): Promise<VerifyDifferences> {
  const { data, firstBlock, endBlock } = piece;
  const skip = emitSkip(session);
  const list = new DifferenceList();
  let from = firstBlock;
  for (let done = 0; done < data.length; done += NAND.blockBytes) {
    const block = await nextGoodBlock(session, { from, end: endBlock }, skip);
    if (block === null) throw noRoom(piece, done / NAND.blockBytes);
    const expected = data.subarray(done, done + NAND.blockBytes);
    const actual = new Uint8Array(expected.length);
    const start = block * NAND.blockBytes;
    await readNandPart(session, start, actual, (read) => tell(done + read, start + read));
    const before = list.count;
    list.add({ address: start, flash: actual, file: expected });
    if (list.count > before) session.emit({ type: "nand.block-mismatched", address: start });
    from = block + 1;
  }
  return list.result(firstBlock * NAND.blockBytes);
}
