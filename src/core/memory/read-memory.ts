import type { AbortSignalLike } from "../errors.ts";
import { operation } from "../session/operation.ts";
import { readRegister } from "../session/registers.ts";
import type { Session } from "../session/session.ts";
import { requireMemoryAccess, requireWordAddress } from "./access.ts";

export interface MemoryOptions {
  readonly signal?: AbortSignalLike;
}

/**
 * The word at an address of the chip: RAM, ROM or a register. Throws `argument.invalid`, `chip.secure-download`,
 * `link.*`, `port.*`.
 *
 * @example
 * const magic = await readMemory(session, 0x40001000);
 */
export async function readMemory(session: Session, address: number, options: MemoryOptions = {}): Promise<number> {
  requireMemoryAccess(session);
  requireWordAddress(address);
  return await operation(session, options.signal, () => readRegister(session, address));
}
