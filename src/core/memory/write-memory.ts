import { type Check, optional } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSession } from "../session/check-session.ts";
import type { Session } from "../session/session.ts";
import { operation } from "../session/talk/operation.ts";
import { writeRegisters } from "../session/talk/registers.ts";
import { requireMemoryAccess, requireWord, requireWordAddress } from "./access.ts";
import { checkMemoryOptions, type MemoryOptions } from "./read-memory.ts";

export interface MemoryWrite {
  /** A multiple of 4. */
  readonly address: number;
  readonly value: number;
  /** Bits to change; the others keep what they are. Default: all. */
  readonly mask?: number | undefined;
}

const checkWrite: Check<MemoryWrite> = shape<MemoryWrite>({
  address: checkWord,
  value: checkWord,
  mask: optional(checkWord),
});

/**
 * Writes a word to an address of the chip. Never repeated: a write to a register may have effects. Throws
 * `argument.invalid`, `chip.secure-download`, `link.*`, `port.*`.
 */
export async function writeRegister(session: Session, write: MemoryWrite, options: MemoryOptions = {}): Promise<void> {
  const live = checkSession(session, "session");
  const asked = checkWrite(write, "write");
  const wanted = checkMemoryOptions(options, "options");
  requireMemoryAccess(live);
  requireWordAddress(asked.address);
  requireWord(asked.value, "value");
  requireWord(asked.mask ?? 0, "mask");
  await operation(live, wanted.signal, () => writeRegisters(live, [asked]));
}
