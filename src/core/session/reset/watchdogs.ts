import type { WatchdogRegisters } from "../../chip/types.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { type RegisterAccess, writeRegisters } from "../talk/registers.ts";

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

export async function disableWatchdogs(session: RegisterAccess, registers: WatchdogRegisters): Promise<void> {
  await writeRegisters(session, planDisableWatchdogs(registers));
}
