import { type Check, optional } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { checkNandOptions, NAND_OPTIONS, type NandOptions, nandOperation } from "./attach-nand.ts";
import { NAND, requirePage } from "./geometry.ts";
import { isBadMark, isMarked, readSpareWord, writeSpareWord } from "./marks.ts";

export interface NandSpare {
  readonly page: number;
  /** The first four spare bytes, the first of them lowest. */
  readonly firstWord: number;
  /** The lowest byte is not FF. */
  readonly isBad: boolean;
}

/** Reads the beginning of a page's spare area. Throws `argument.invalid`, `nand.*`, `stub.*`, `link.*`. */
export async function readNandSpare(session: Session, page: number, options: NandOptions): Promise<NandSpare> {
  const live = checkSession(session, "session");
  checkFinite(page, "page");
  const wanted = checkNandOptions(options, "options");
  requirePage(page);
  return await nandOperation(live, wanted, async () => await readBelieved(live, page));
}

/** Answers carry no checksum: the same word has to come twice. */
async function readBelieved(session: LiveSession, page: number): Promise<NandSpare> {
  let firstWord = await readSpareWord(session, page);
  for (let asked = 1; asked < 4; asked++) {
    const again = await readSpareWord(session, page);
    const isSame = again === firstWord;
    firstWord = again;
    if (isSame) break;
  }
  return { page, firstWord, isBad: isBadMark(firstWord) };
}

/**
 * Marks a page as bad, or writes the FF of a good one, which only an unmarked page can hold; reads back what is there.
 * The mark of a block stands on its first page. Throws `flash.write-failed`, `argument.invalid`, `nand.*`, `stub.*`,
 * `link.*`.
 */
export async function writeNandSpare(
  session: Session,
  page: number,
  isBad: boolean,
  options: NandOptions,
): Promise<NandSpare> {
  const live = checkSession(session, "session");
  checkFinite(page, "page");
  checkBoolean(isBad, "isBad");
  const wanted = checkNandOptions(options, "options");
  requirePage(page);
  return await nandOperation(live, wanted, async () => {
    await writeSpareWord(live, page, isBad);
    const spare = await readBelieved(live, page);
    if (spare.isBad !== isBad)
      throw new EspError(
        "flash.write-failed",
        isBad ? `Page ${page} did not take the mark.` : `Page ${page} is still marked as bad.`,
        {
          hint: isBad
            ? "The flash may be write-protected."
            : "Programming cannot set bits: only erasing the block by force takes a mark away.",
          details: { ...spare },
        },
      );
    return spare;
  });
}

export interface DumpBadBlocksOptions extends NandOptions {
  /** From block 0 on; default 1024, all of them. */
  readonly blockCount?: number | undefined;
}

export interface BadBlockMap {
  /** One byte a block: 0 good, 1 bad. */
  readonly map: Uint8Array<ArrayBuffer>;
  readonly badBlocks: readonly number[];
}

const checkDumpOptions: Check<DumpBadBlocksOptions> = shape<DumpBadBlocksOptions>({
  ...NAND_OPTIONS,
  blockCount: optional(checkFinite),
});

/** Which blocks are marked as bad. Throws `argument.invalid`, `nand.*`, `stub.*`, `link.*`. */
export async function dumpBadBlocks(session: Session, options: DumpBadBlocksOptions): Promise<BadBlockMap> {
  const live = checkSession(session, "session");
  const wanted = checkDumpOptions(options, "options");
  const total = wanted.blockCount ?? NAND.blocks;
  if (!Number.isInteger(total) || total < 1 || total > NAND.blocks)
    throw new EspError("argument.invalid", `The NAND flash has no ${total} blocks.`, {
      hint: `Give a number from 1 to ${NAND.blocks}.`,
      details: { blockCount: total },
    });
  return await nandOperation(live, wanted, async () => {
    const map = new Uint8Array(total);
    const badBlocks: number[] = [];
    for (let block = 0; block < total; block++) {
      if (await isMarked(live, block)) {
        map[block] = 1;
        badBlocks.push(block);
      }
    }
    return { map, badBlocks };
  });
}
