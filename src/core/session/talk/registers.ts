import type { RegisterStep } from "../../chip/types.ts";
import { sleep } from "../../clock.ts";
import type { Link } from "../../link/link.ts";
import { READ_REG, type RegisterWrite, WRITE_REG } from "../../wire/commands.ts";
import { repeatable } from "./resynchronise.ts";

/** The part of a session that register access needs; also there before the session is complete. */
export interface RegisterAccess {
  readonly link: Link;
  readonly loader: "rom" | "stub";
  readonly memory: { readonly words: Map<number, number> };
}

/** One 32-bit register, from the chip. */
export async function readRegister(session: RegisterAccess, address: number): Promise<number> {
  return await repeatable(session, () => session.link.exchange(READ_REG, { address }));
}

/** One register that does not change while the loader runs (eFuses): asked once a session. */
export async function readWord(session: RegisterAccess, address: number): Promise<number> {
  const known = session.memory.words.get(address);
  if (known !== undefined) return known;
  const value = await readRegister(session, address);
  session.memory.words.set(address, value);
  return value;
}

/** Reads words and returns a lookup over them; asking for another register is a programming error. */
export async function readWords(
  session: RegisterAccess,
  addresses: readonly number[],
): Promise<(register: number) => number> {
  for (const address of addresses) await readWord(session, address);
  return (register) => {
    const value = session.memory.words.get(register);
    if (value === undefined) throw new RangeError(`register 0x${register.toString(16)} was not declared`);
    return value;
  };
}

/**
 * Writes registers, in order, in as few commands as possible. Not repeated on a line error: a write may have effects.
 */
export async function writeRegisters(
  session: Pick<RegisterAccess, "link">,
  writes: readonly RegisterWrite[],
): Promise<void> {
  // 64 entries make 1 KiB, a size that every ROM's buffer takes.
  for (let start = 0; start < writes.length; start += 64)
    await session.link.exchange(WRITE_REG, writes.slice(start, start + 64));
}

/** A recipe of writes, modifications and waits, done on the chip as far as possible. */
export async function runRegisterSteps(session: RegisterAccess, steps: readonly RegisterStep[]): Promise<void> {
  for (const step of steps) {
    if (step.do === "wait") await sleep(session.link.clock, step.microseconds / 1000);
    else if (step.do === "write") await writeRegisters(session, [{ address: step.register, value: step.value }]);
    // The loader itself combines the old value with the masked new one.
    else
      await writeRegisters(session, [{ address: step.register, value: step.set, mask: (step.clear | step.set) >>> 0 }]);
  }
}
