import type { WatchdogRegisters } from "../../chip/types.ts";
import { sleep } from "../../clock.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { type RegisterAccess, readRegister, writeRegisters } from "../talk/registers.ts";

/** Writes that stop the RTC watchdog and let the super watchdog feed itself (fact sheet 4.6). Pure. */
export function planDisableWatchdogs(registers: WatchdogRegisters): readonly RegisterWrite[] {
  const { superWatchdog } = registers;
  return [
    { address: registers.writeProtect, value: registers.key },
    { address: registers.config0, value: 0 },
    { address: registers.writeProtect, value: 0 },
    ...(superWatchdog === null
      ? []
      : [
          { address: superWatchdog.writeProtect, value: superWatchdog.key },
          // The mask makes the loader keep the other bits.
          { address: superWatchdog.config, value: superWatchdog.autoFeed, mask: superWatchdog.autoFeed },
          { address: superWatchdog.writeProtect, value: 0 },
        ]),
  ];
}

/** Writes that make the RTC watchdog reset the chip shortly after. Pure. */
export function planWatchdogReset(registers: WatchdogRegisters): readonly RegisterWrite[] {
  return [
    { address: registers.writeProtect, value: registers.key },
    { address: registers.config1, value: 2000 },
    // Enabled, stage 0 resets the system, with the pulse widths the reference uses (fact sheet 4.6).
    { address: registers.config0, value: 0xd0000102 },
    { address: registers.writeProtect, value: 0 },
  ];
}

const WATCHDOG_RESET_MS = 500;

export async function disableWatchdogs(session: RegisterAccess, registers: WatchdogRegisters): Promise<void> {
  await writeRegisters(session, planDisableWatchdogs(registers));
}

export async function watchdogReset(session: RegisterAccess, registers: WatchdogRegisters): Promise<void> {
  await writeRegisters(session, planWatchdogReset(registers));
  await sleep(session.link.clock, WATCHDOG_RESET_MS);
}

/** True when all bits of the mask are clear in the register. */
export async function bitsClear(session: RegisterAccess, register: number, mask: number): Promise<boolean> {
  return ((await readRegister(session, register)) & mask) === 0;
}
