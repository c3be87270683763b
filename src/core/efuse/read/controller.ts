import { Deadline, sleep } from "../../clock.ts";
import { EspError } from "../../errors.ts";
import { isTransient } from "../../session/talk/resynchronise.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { PROGRAM_WINDOW_WORDS } from "../coding/coding.ts";
import type { EfuseBlock, EfuseTable } from "../table/types.ts";
import type { EfuseDevice } from "./device.ts";
import { consecutiveRegisters } from "./register-words.ts";

/** The eFuse controller: its commands, and waiting for it (fact sheet efuse-secure A8, A10). */

const WRITE_OP_CODE = 0x5a5a;
const READ_OP_CODE = 0x5aa5;
const READ_COMMAND = 1;
const PROGRAM_COMMAND = 2;
const COMMAND_MASK = 3;
const IDLE_TIMEOUT_MS = 250;
const POLL_PAUSE_MS = 1;
/** The ROM looks at the fuses after each command, and must not while they are being loaded (A10). */
const AFTER_READ_MICROSECONDS = 1000;
/** How often a packet that may be written twice is tried on a line that loses or garbles it. */
const WRITE_ATTEMPTS = 3;

/**
 * Waits until the controller is idle. Throws `efuse.controller-busy` when it still works after a quarter of a second,
 * `link.*`, `port.*`.
 */
export async function waitIdle(device: EfuseDevice, table: EfuseTable): Promise<void> {
  const deadline = new Deadline(device.clock, IDLE_TIMEOUT_MS);
  // An erratum: idle is what is read twice in a row.
  for (let idle = 0; idle < 2; ) {
    const [command = 0] = await device.readRegisters([table.registers.command]);
    if ((command & COMMAND_MASK) === 0) {
      idle++;
      continue;
    }
    idle = 0;
    if (deadline.passed)
      throw new EspError("efuse.controller-busy", "The eFuse controller does not finish the command it works on.", {
        hint: "Reset the chip and look at its eFuses before burning anything.",
        details: { timeoutMs: IDLE_TIMEOUT_MS, command },
      });
    await sleep(device.clock, POLL_PAUSE_MS);
  }
}

/** Writes what may be written twice: if the answer is lost, it is done again. */
export async function writeRepeatably(device: EfuseDevice, writes: readonly RegisterWrite[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await device.writeRegisters(writes);
      return;
    } catch (error) {
      if (attempt >= WRITE_ATTEMPTS || !isTransient(error)) throw error;
    }
  }
}

/** All registers that are burned from: the common window, or one for each block (ESP32), which are burned together. */
export function programRegisters({ registers, blocks }: EfuseTable): readonly number[] {
  if (registers.program !== null) return consecutiveRegisters(registers.program.data, PROGRAM_WINDOW_WORDS);
  return blocks.flatMap(({ writeAddress, words }) => consecutiveRegisters(writeAddress, words));
}

/** Fills the programming registers with the words for one block, and with zeros everywhere else. */
export function stagingWrites(table: EfuseTable, block: EfuseBlock, words: readonly number[]): RegisterWrite[] {
  const start = table.registers.program?.data ?? block.writeAddress;
  return programRegisters(table).map((address) => ({ address, value: words[(address - start) / 4] ?? 0 }));
}

/** Never to be sent twice without a look at what the first did. */
export function programWrites({ registers }: EfuseTable, block: number): RegisterWrite[] {
  const command = registers.program === null ? PROGRAM_COMMAND : PROGRAM_COMMAND | (block << 2);
  return [
    { address: registers.configuration, value: WRITE_OP_CODE },
    { address: registers.command, value: command },
  ];
}

/** Nothing of a key may stay behind in the registers, its parity neither. */
export function clearingWrites(table: EfuseTable): RegisterWrite[] {
  return programRegisters(table).map((address) => ({ address, value: 0 }));
}

/** Loads what the fuses hold into the registers that they are read from. */
export function refreshWrites(table: EfuseTable): RegisterWrite[] {
  const { registers } = table;
  const load = [
    { address: registers.configuration, value: READ_OP_CODE },
    { address: registers.command, value: READ_COMMAND },
  ];
  if (registers.program === null) return load;
  // The delay stands before a write, so there must be one more, and this does nothing.
  return [...load, { address: registers.program.data, value: 0, delayMicroseconds: AFTER_READ_MICROSECONDS }];
}

/** `clear`: the programming registers first. Throws as `waitIdle`. */
export async function refresh(device: EfuseDevice, table: EfuseTable, clear: boolean): Promise<void> {
  await writeRepeatably(device, [...(clear ? clearingWrites(table) : []), ...refreshWrites(table)]);
  await waitIdle(device, table);
}
