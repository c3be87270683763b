import { type Check, optional } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import type { AbortSignalLike } from "../errors.ts";
import { checkSession } from "../session/check-session.ts";
import type { Session } from "../session/session.ts";
import { operation } from "../session/talk/operation.ts";
import { readRegister as readRegisterWithin } from "../session/talk/registers.ts";
import { requireMemoryAccess, requireWordAddress } from "./access.ts";

export interface MemoryOptions {
  readonly signal?: AbortSignalLike | undefined;
}

export const checkMemoryOptions: Check<MemoryOptions> = shape<MemoryOptions>({ signal: optional(checkSignal) });

/**
 * The word at an address of the chip: RAM, ROM or a register. Throws `argument.invalid`, `chip.secure-download`,
 * `link.*`, `port.*`.
 *
 * @example
 * const magic = await readRegister(session, 0x40001000);
 */
export async function readRegister(session: Session, address: number, options: MemoryOptions = {}): Promise<number> {
  const live = checkSession(session, "session");
  checkWord(address, "address");
  const wanted = checkMemoryOptions(options, "options");
  requireMemoryAccess(live);
  requireWordAddress(address);
  return await operation(live, wanted.signal, () => readRegisterWithin(live, address));
}
