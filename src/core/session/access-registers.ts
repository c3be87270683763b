import type { RegisterWrite } from "../wire/commands.ts";
import { operation } from "./operation.ts";
import { readRegister as readRegisterWithin, writeRegisters as writeRegistersWithin } from "./registers.ts";
import type { Session } from "./session.ts";

/** For who holds a session; within an operation the functions of `registers.ts` are used, which do not ask for the turn. */

/** One 32-bit register, from the chip. Throws `session.busy`, `session.closed`, `link.*`, `port.*`. */
export async function readRegister(session: Session, address: number): Promise<number> {
  return await operation(session, undefined, () => readRegisterWithin(session, address));
}

/**
 * Writes registers, in order, in as few commands as possible. Not repeated on a line error: a write may have effects.
 * Throws `session.busy`, `session.closed`, `link.*`, `port.*`.
 */
export async function writeRegisters(session: Session, writes: readonly RegisterWrite[]): Promise<void> {
  await operation(session, undefined, () => writeRegistersWithin(session, writes));
}
