import { isEspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { NAND_READ_SPARE, NAND_WRITE_SPARE } from "../../wire/nand-commands.ts";
import { nandMemo } from "./attach-nand.ts";
import { NAND } from "./geometry.ts";

/** The first four spare bytes of a page as the chip says them, once. */
export async function readSpareWord(session: LiveSession, page: number): Promise<number> {
  return await repeatable(session, () => session.link.exchange(NAND_READ_SPARE, { page }));
}

/** Programs the four bytes; programming the same twice does no harm. Throws `link.status` where the flash refuses. */
export async function writeSpareWord(session: LiveSession, page: number, isBad: boolean): Promise<void> {
  nandMemo(session).marks.delete(Math.floor(page / NAND.pagesPerBlock));
  await repeatable(session, () => session.link.exchange(NAND_WRITE_SPARE, { page, isBad: isBad ? 1 : 0 }));
}

/** The lowest byte is FF where nobody has marked the block. */
export function isBadMark(word: number): boolean {
  return (word & 0xff) !== 0xff;
}

/** True when the block is marked bad; each block is asked for once a session. */
export async function isMarked(session: LiveSession, block: number): Promise<boolean> {
  const { marks } = nandMemo(session);
  const known = marks.get(block);
  if (known !== undefined) return known;
  const marked = await readMark(session, block);
  marks.set(block, marked);
  return marked;
}

/**
 * Answers carry no checksum, and a good block taken for a bad one would shift all that follows: a mark counts only when
 * it is read twice. The reverse error would have to hit all the bits of the mark.
 */
async function readMark(session: LiveSession, block: number): Promise<boolean> {
  const page = block * NAND.pagesPerBlock;
  let before: number | null = null;
  for (let asked = 0; asked < 4; asked++) {
    const word = await readSpareWord(session, page);
    if (!isBadMark(word)) return false;
    if (word === before) return true;
    before = word;
  }
  return true;
}

/** Marks a block and makes sure that the mark is there. False when the flash does not take it. */
export async function markBad(session: LiveSession, block: number): Promise<boolean> {
  try {
    await writeSpareWord(session, block * NAND.pagesPerBlock, true);
  } catch (error) {
    if (!isEspError(error, "link.status")) throw error;
  }
  const marked = await readMark(session, block);
  nandMemo(session).marks.set(block, marked);
  return marked;
}
