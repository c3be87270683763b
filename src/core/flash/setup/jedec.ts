import { flashSizeOfJedecWord, type NamedSize } from "../../chip/flash-size.ts";
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

/** The size of the attached flash, or null when it cannot be known: unknown code, or Secure Download Mode. */
export async function detectFlashSize(session: LiveSession): Promise<NamedSize | null> {
  if (!session.traits.canReadRegisters) return null;
  const word = await readJedecWord(session);
  return isPlausibleJedecWord(word) ? flashSizeOfJedecWord(word) : null;
}

const READ_SFDP = 0x5a;
const DUMMY_CYCLES = 8;
/** "SFDP" in the first four bytes (JESD216). */
export const SFDP_SIGNATURE = 0x50444653;

/** One to four bytes of the flash chip's parameter table, first byte lowest. */
export async function readSfdpWord(session: LiveSession, address: number, byteCount: number): Promise<number> {
  return await runSpiCommand(session, {
    command: READ_SFDP,
    address,
    dummyCycles: DUMMY_CYCLES,
    readBits: byteCount * 8,
  });
}
