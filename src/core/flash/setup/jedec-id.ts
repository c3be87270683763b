import { flashSizeOfJedecWord, type JedecId, type NamedSize, parseJedecId } from "../../chip/flash-size.ts";
import type { LiveSession } from "../../session/session.ts";
import { flashMemo } from "./flash-memo.ts";
import { runSpiCommand } from "./spi-command.ts";

const READ_ID = 0x9f;

/** What an absent or unpowered flash chip reads as (fact sheet 3.10). */
const MEANINGLESS: ReadonlySet<number> = new Set([0xffffff, 0x000000, 0xffff3f]);

/** The 24 bits of the JEDEC id, read once a session; `fresh` asks again. */
export async function readJedecWord(session: LiveSession, fresh = false): Promise<number> {
  const memo = flashMemo(session);
  if (fresh || memo.jedecWord === null)
    memo.jedecWord = await runSpiCommand(session, { command: READ_ID, readBits: 24 });
  return memo.jedecWord;
}

/** Whether a flash chip can have said this. */
export function isPlausibleJedecWord(word: number): boolean {
  return !MEANINGLESS.has(word);
}

/** The JEDEC id of the attached flash. */
export async function readJedecId(session: LiveSession): Promise<JedecId> {
  return parseJedecId(await readJedecWord(session));
}

/** The size of the attached flash, or null when it cannot be known: unknown code, or Secure Download Mode. */
export async function detectFlashSize(session: LiveSession): Promise<NamedSize | null> {
  if (!session.traits.canReadRegisters) return null;
  const word = await readJedecWord(session);
  return isPlausibleJedecWord(word) ? flashSizeOfJedecWord(word) : null;
}
