import type { WatchdogRegisters } from "../../chip/types.ts";
import { isEspError } from "../../errors.ts";
import type { ResetKind } from "../../events.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import type { AfterMode, LiveSession } from "../session.ts";
import type { ResetTools } from "./reset-tools.ts";
import { startApplication } from "./start-application.ts";

/** One chip that is left in another way than by its lines. */
interface Leaving {
  readonly session: LiveSession;
  readonly tools: ResetTools;
}

/** All but the hard reset, which every page has. */
export async function leaveOtherwise(leaving: Leaving, after: Exclude<AfterMode, "hard-reset">): Promise<void> {
  if (after === "soft-reset") await softReset(leaving);
  else if (after === "watchdog-reset") await watchdogOrHardReset(leaving);
  else await stay(leaving, after);
}

function done(session: LiveSession, how: ResetKind, message: string): void {
  session.emit({ type: "reset.done", how, message });
}

function isLinkError(error: unknown): boolean {
  return isEspError(error, "link.*");
}

/**
 * Nothing is sent but what brings the common baud rate back. A stub that is to stay a stub stays at the rate that was named,
 * as with the reference (fact sheet 2.5), for who comes next without a SYNC and at that rate; where none was, who comes
 * next knows of none.
 */
async function stay({ session, tools }: Leaving, after: "no-reset" | "no-reset-stub"): Promise<void> {
  const isNamed = typeof session.connecting.baudRate === "number";
  if (after === "no-reset" || session.loader === "rom" || !isNamed) await tools.returnToCommonBaud(session);
  if (after === "no-reset-stub") done(session, "none-stub", "Staying in flasher stub.");
  else done(session, "none", "Staying in bootloader.");
}

/** Only the ROM loader can be asked to run the application; the stub ignores the request (fact sheet 2.5). */
async function softReset({ session, tools }: Leaving): Promise<void> {
  if (session.loader === "stub") {
    session.emit({
      type: "warning",
      code: "reset.soft-unsupported",
      message: "The flasher stub cannot do a soft reset; resetting through the RTS pin instead.",
    });
    await tools.hardResetChip(session);
    return;
  }
  if (!(await tools.canTalk(session))) {
    await tools.hardResetChip(session);
    return;
  }
  await startApplication(session, tools);
  done(session, "soft", "Soft resetting...");
}

async function watchdogOrHardReset(leaving: Leaving): Promise<void> {
  const { session, tools } = leaving;
  const { watchdogs, name } = session.chip;
  if (watchdogs?.canReset !== true) {
    session.emit({
      type: "note",
      code: "reset.watchdog-unsupported",
      message: `Watchdog hard reset is not supported on ${name}, attempting classic hard reset instead.`,
    });
    await tools.hardResetChip(session);
  } else if (session.secureDownload) {
    session.emit({
      type: "warning",
      code: "reset.watchdog-locked",
      message: "Watchdog hard reset is not supported in Secure Download Mode, attempting classic hard reset instead.",
    });
    await tools.hardResetChip(session);
  } else if (!(await tryWatchdogReset(leaving, watchdogs))) {
    await tools.resetThroughLines(session);
  }
}

/** False when the chip does not listen: the lines still reach it. */
async function tryWatchdogReset({ session, tools }: Leaving, watchdogs: WatchdogRegisters): Promise<boolean> {
  if (!(await tools.canTalk(session))) return false;
  try {
    await tools.writeRegisters(session, planWatchdogReset(watchdogs));
    await tools.sleep(session.link.clock, WATCHDOG_RESET_MS);
  } catch (error) {
    if (!isLinkError(error)) throw error;
    return false;
  }
  done(session, "watchdog", "Hard resetting with a watchdog...");
  return true;
}

/** What must be said to the chip before its lines are moved; true when that has reset it already. */
export async function tellBeforeReset(leaving: Leaving): Promise<boolean> {
  const { session, tools } = leaving;
  const { watchdogs } = session.chip;
  try {
    if (!(await tools.canTalk(session))) return false;
    await clearForcedDownload(leaving);
    if (watchdogs === null || !(await needsWatchdog(leaving))) return false;
    return await tryWatchdogReset(leaving, watchdogs);
  } catch (error) {
    if (!isLinkError(error)) throw error;
    return false;
  }
}

/** A forced download would survive the reset (ESP32-S3). A chip that refuses the write is reset all the same. */
async function clearForcedDownload({ session, tools }: Leaving): Promise<void> {
  const { clearForceDownload, forceDownload } = session.chip.hardReset;
  if (!clearForceDownload || forceDownload === null) return;
  try {
    await tools.writeRegisters(session, [{ address: forceDownload.register, value: 0, mask: forceDownload.mask }]);
  } catch (error) {
    if (!isEspError(error) || error.code.startsWith("port.")) throw error;
  }
}

/** Over USB-OTG an RTS reset does not sample the straps again, so a chip strapped for download would stay in it. */
async function needsWatchdog({ session, tools }: Leaving): Promise<boolean> {
  const { otgWatchdog, strap, forceDownload } = session.chip.hardReset;
  if (session.usbMode !== "otg" || session.chip.watchdogs?.canReset !== true) return false;
  if (!session.traits.canReadRegisters || otgWatchdog === "never") return false;
  if (otgWatchdog === "always") return true;
  if (strap === null || forceDownload === null) return false;
  const areClear = async (register: number, mask: number): Promise<boolean> =>
    ((await tools.readRegister(session, register)) & mask) === 0;
  return (
    (await areClear(strap.register, strap.spiBootMask)) && (await areClear(forceDownload.register, forceDownload.mask))
  );
}

/** Writes that make the RTC watchdog reset the chip shortly after. Pure. */
function planWatchdogReset(registers: WatchdogRegisters): readonly RegisterWrite[] {
  return [
    { address: registers.writeProtect, value: registers.key },
    { address: registers.config1, value: 2000 },
    // Enabled, stage 0 resets the system, with the pulse widths the reference uses (fact sheet 4.6).
    { address: registers.config0, value: 0xd0000102 },
    { address: registers.writeProtect, value: 0 },
  ];
}

const WATCHDOG_RESET_MS = 500;
