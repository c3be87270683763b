import { type Check, optional } from "../../check/check.ts";
import { checkWord } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { listOf } from "../../check/values.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { checkSession } from "../check-session.ts";
import type { Session } from "../session.ts";
import { operation } from "./operation.ts";
import { readRegister as readRegisterWithin, writeRegisters as writeRegistersWithin } from "./registers.ts";

/** For who holds a session; within an operation the functions of `registers.ts` are used, which do not ask for the turn. */

/** One 32-bit register, from the chip. Throws `session.busy`, `session.closed`, `link.*`, `port.*`. */
export async function readRegister(session: Session, address: number): Promise<number> {
  const live = checkSession(session, "session");
  checkWord(address, "address");
  return await operation(live, undefined, () => readRegisterWithin(live, address));
}

const checkWrites: Check<RegisterWrite[]> = listOf(
  shape<RegisterWrite>({
    address: checkWord,
    value: checkWord,
    mask: optional(checkWord),
    delayMicroseconds: optional(checkWord),
  }),
);

/**
 * Writes registers, in order, in as few commands as possible. Not repeated on a line error: a write may have effects.
 * Throws `session.busy`, `session.closed`, `link.*`, `port.*`.
 */
export async function writeRegisters(session: Session, writes: readonly RegisterWrite[]): Promise<void> {
  const live = checkSession(session, "session");
  const entries = checkWrites(writes, "writes");
  await operation(live, undefined, () => writeRegistersWithin(live, entries));
}
