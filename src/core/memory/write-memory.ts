import { operation } from "../session/operation.ts";
import { writeRegisters } from "../session/registers.ts";
import type { Session } from "../session/session.ts";
import { requireMemoryAccess, requireWord, requireWordAddress } from "./access.ts";
import type { MemoryOptions } from "./read-memory.ts";

export interface MemoryWrite {
  /** A multiple of 4. */
  readonly address: number;
  readonly value: number;
  /** Bits to change; the others keep what they are. Default: all. */
  readonly mask?: number;
}

/**
 * Writes a word to an address of the chip. Never repeated: a write to a register may have effects. Throws
 * `argument.invalid`, `chip.secure-download`, `link.*`, `port.*`.
 */
export async function writeMemory(session: Session, write: MemoryWrite, options: MemoryOptions = {}): Promise<void> {
  requireMemoryAccess(session);
  requireWordAddress(write.address);
  requireWord(write.value, "value");
  requireWord(write.mask ?? 0, "mask");
  await operation(session, options.signal, () => writeRegisters(session, [write]));
}
