// Shelf: NAND flash: the same operations over blocks that may be bad.
// In: a session with the plugin in its stub, pages and blocks.
// Out: bytes, marks, and proofs by reading back.

import { hexAddress } from "../../bytes/hex.ts";
import { type Check, optional } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { progressTeller, Tally } from "../../session/talk/progress.ts";
import { type FlashFileInput, flashFiles } from "../guard/check-files.ts";
import { NAND_OPTIONS, type NandOptions, nandOperation } from "./attach-nand.ts";
import { NAND } from "./geometry.ts";
import { emitSkip, nextGoodBlock } from "./good-blocks.ts";
import { markBad } from "./marks.ts";
import { type NandPiece, noRoom, planNandWrite } from "./plan-nand-write.ts";
import { writeNandBlock } from "./write-nand-block.ts";

export interface WriteNandOptions extends NandOptions {
  /** First address that must be left alone; a multiple of 128 KiB. Default: the end of the flash. */
  readonly endAddress?: number | undefined;
}

export interface WrittenNandFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  /** Addresses of the blocks that hold it, in order. */
  readonly blocks: readonly number[];
  /** Addresses of the blocks that failed and are marked now. */
  readonly marked: readonly number[];
  readonly elapsedMs: number;
}

export interface WriteNandResult {
  readonly files: readonly WrittenNandFile[];
  readonly elapsedMs: number;
}

const checkWriteNandOptions: Check<WriteNandOptions> = shape<WriteNandOptions>({
  ...NAND_OPTIONS,
  endAddress: optional(checkAddress),
});

/**
 * Writes files to NAND flash, each from its block on, leaving marked blocks out, and reads back each block. A block that
 * fails is marked, and its data goes to the next good one. Nothing is written unless all files find enough good blocks.
 *
 * Throws `flash.unaligned`, `flash.out-of-range`, `flash.overlap`, `nand.too-few-blocks`, `nand.unrecognized`,
 * `flash.write-failed`, `stub.*`, `link.*`, `operation.aborted`.
 *
 * @example
 * const session = await connect(port, { plugins: ["nand"] });
 * await writeNand(session, [{ address: 0, data: image }], { spiConnection: "12,13,11,9,10" });
 */
export async function writeNand(
  session: Session,
  files: readonly FlashFileInput[],
  options: WriteNandOptions,
): Promise<WriteNandResult> {
  const live = checkSession(session, "session");
  const wanted = checkWriteNandOptions(options, "options");
  const pieces = planNandWrite(await flashFiles(files, "files"), wanted.endAddress);
  return await nandOperation(live, wanted, async () => {
    const elapsed = stopwatch(live);
    for (const piece of pieces) await requireGoodBlocks(live, piece);
    const written: WrittenNandFile[] = [];
    const all = { count: pieces.length, tally: new Tally(pieces.reduce((sum, { data }) => sum + data.length, 0)) };
    for (const piece of pieces) written.push(await writePiece(live, piece, all));
    return { files: written, elapsedMs: elapsed() };
  });
}

/** Counts no further than the file needs. */
async function requireGoodBlocks(session: LiveSession, piece: NandPiece): Promise<void> {
  let from = piece.firstBlock;
  for (let found = 0; found < piece.blocks; found++) {
    const block = await nextGoodBlock(session, { from, end: piece.endBlock });
    if (block === null) throw noRoom(piece, found);
    from = block + 1;
  }
}

/** All files of one write. */
interface AllFiles {
  readonly count: number;
  readonly tally: Tally;
}

async function writePiece(
  session: LiveSession,
  piece: NandPiece,
  { count, tally }: AllFiles,
): Promise<WrittenNandFile> {
  const elapsed = stopwatch(session);
  const { emit } = session;
  const { index, name, data, firstBlock } = piece;
  const address = firstBlock * NAND.blockBytes;
  const sizeBytes = data.length;
  emit({ type: "write.file", file: name, address, sizeBytes, index, count });
  const work = { phase: "write", file: name, fileIndex: index, fileCount: count, total: sizeBytes, tally } as const;
  const tell = progressTeller(session, work);
  const used: number[] = [];
  const marked: number[] = [];
  const skip = emitSkip(session);
  let from = firstBlock;
  for (let done = 0; done < sizeBytes; ) {
    const block = await nextGoodBlock(session, { from, end: piece.endBlock }, skip);
    if (block === null) throw exhausted(piece, used.length);
    const part = data.subarray(done, done + NAND.blockBytes);
    const outcome = await writeNandBlock(session, block, part, (bytes) =>
      tell(Math.min(done + bytes, sizeBytes), block * NAND.blockBytes + Math.min(bytes, part.length)),
    );
    const blockAddress = block * NAND.blockBytes;
    if (outcome === "good") {
      used.push(blockAddress);
      done += part.length;
    } else {
      if (!(await markBad(session, block))) throw cannotMark(blockAddress, outcome);
      marked.push(blockAddress);
      emit({ type: "nand.block-marked", address: blockAddress, during: outcome });
    }
    from = block + 1;
  }
  tally.finish(sizeBytes);
  const elapsedMs = elapsed();
  if (sizeBytes === 0)
    emit({ type: "warning", code: "file.empty", message: `'${name}' is empty.`, details: { file: name, address } });
  else {
    emit({ type: "write.done", file: name, address, sizeBytes, compressedBytes: null, elapsedMs });
    emit({ type: "verify.matched", file: name, after: "read-back" });
  }
  return { name, address, sizeBytes, blocks: used, marked, elapsedMs };
}

/** Blocks went bad while they were written, and nothing is left. */
function exhausted(piece: NandPiece, written: number): EspError {
  const { details } = noRoom(piece, written);
  return new EspError(
    piece.endsAt === "next-file" ? "flash.overlap" : "nand.too-few-blocks",
    `Good-block budget exhausted: only ${written} of ${piece.blocks} blocks of '${piece.name}' could be written${
      piece.endsAt === "next-file" ? "; going on would overlap the next image" : ""
    }.`,
    { hint: "The blocks that failed are marked now; choose another address, or more room.", details },
  );
}

/** Nobody who reads it back would know that the block is to be left out. */
function cannotMark(address: number, during: string): EspError {
  return new EspError(
    "flash.write-failed",
    `The NAND block at ${hexAddress(address)} failed (${during}), and it cannot be marked as bad either.`,
    { hint: "Choose an address behind this block.", details: { address, during } },
  );
}
