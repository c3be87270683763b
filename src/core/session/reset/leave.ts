// Shelf: resets: sequences on two lines, watchdogs, USB; how a session ends.
// In: a port or a session, and the kind of reset that is asked for.
// Out: a chip that runs or waits as asked, and a closed port.

import type { WatchdogRegisters } from "../../chip/types.ts";
import { sleep } from "../../clock.ts";
import { isEspError } from "../../errors.ts";
import type { ResetKind } from "../../events.ts";
import { FLASH_BEGIN, FLASH_END } from "../../wire/commands.ts";
import type { AfterMode, LiveSession, RomSession } from "../session.ts";
import { changeBaud } from "../talk/change-baud.ts";
import { askedRate, COMMON_BAUD } from "../talk/common-baud.ts";
import { writeRegisters } from "../talk/registers.ts";
import { resynchronise } from "../talk/resynchronise.ts";
import { expectLoss } from "../talk/watch-loss.ts";
import {
  customSequence,
  FLOW_CONTROL_HARD_RESET,
  hardReset,
  runResetSequence,
  usesFlowControl,
} from "./reset-sequences.ts";
import { bitsClear, watchdogReset } from "./watchdogs.ts";

const SOFT_RESET_MS = 50;

/** What `disconnect` does where no operation can be under way, or the one that is does this itself; it may begin anew after it. */
export async function resetAndClose(session: LiveSession, after: AfterMode): Promise<void> {
  try {
    await resetAsAsked(session, after);
  } finally {
    await session.link.close();
  }
}

/** A chip or port that is gone is told in a warning. Nothing is done where the port is closed. */
export async function resetAsAsked(session: LiveSession, after: AfterMode): Promise<void> {
  const { link } = session;
  expectLoss(link);
  if (!link.isOpen) return;
  try {
    // An operation's abort signal must not stop the cleaning up.
    if (link.lostBecause === null) await link.withoutSignal(() => reset(session, after));
    else warnNotReset(session, "the port is gone");
  } catch (error) {
    if (!isEspError(error)) throw error;
    warnNotReset(session, error.message);
  }
}

export function warnNotReset(session: LiveSession, why: string): void {
  session.emit({ type: "warning", code: "reset.failed", message: `The chip could not be reset: ${why}` });
}

async function reset(session: LiveSession, after: AfterMode): Promise<void> {
  if (after === "no-reset" || after === "no-reset-stub") await stay(session, after);
  else if (after === "soft-reset") await softReset(session);
  else if (after === "watchdog-reset") await watchdogOrHardReset(session);
  else await hardResetChip(session);
}

function done(session: LiveSession, how: ResetKind, message: string): void {
  session.emit({ type: "reset.done", how, message });
}

/** A loader that stays must be found again by whoever comes next, who knows nothing of a higher rate. */
async function returnToCommonBaud(session: LiveSession): Promise<void> {
  const isFast = session.link.baudRate > COMMON_BAUD && session.usbMode === "uart";
  if (isFast && session.link.port.capabilities.baud && (await canTalk(session))) await changeBaud(session, COMMON_BAUD);
}

/**
 * Nothing is sent but what brings the common baud rate back. A stub that is to stay a stub stays at the rate that was named,
 * as with the reference (fact sheet 2.5), for who comes next without a SYNC and at that rate; where none was, who comes
 * next knows of none.
 */
async function stay(session: LiveSession, after: "no-reset" | "no-reset-stub"): Promise<void> {
  const isNamed = askedRate(session.connecting.baudRate) !== null;
  if (after === "no-reset" || session.loader === "rom" || !isNamed) await returnToCommonBaud(session);
  if (after === "no-reset-stub") done(session, "none-stub", "Staying in flasher stub.");
  else done(session, "none", "Staying in bootloader.");
}

/** Only the ROM loader can be asked to run the application; the stub ignores the request (fact sheet 2.5). */
async function softReset(session: LiveSession): Promise<void> {
  if (session.loader === "stub") {
    session.emit({
      type: "warning",
      code: "reset.soft-unsupported",
      message: "The flasher stub cannot do a soft reset; resetting through the RTS pin instead.",
    });
    await hardResetChip(session);
    return;
  }
  if (!(await canTalk(session))) {
    await hardResetChip(session);
    return;
  }
  await startApplication(session);
  done(session, "soft", "Soft resetting...");
}

/** Asks the ROM loader to run the application in flash. Throws `link.*`, `port.*`. */
export async function startApplication({ link, traits }: RomSession): Promise<void> {
  expectLoss(link);
  await link.exchange(FLASH_BEGIN, {
    sizeBytes: 0,
    blocks: 0,
    blockSize: traits.flashBlockSize,
    address: 0,
    encrypted: traits.sendsEncryptedWord ? 0 : undefined,
  });
  await link.send(FLASH_END, { stay: 1 });
  // No answer comes; closing the port at once could drop the request.
  await sleep(link.clock, SOFT_RESET_MS);
}

async function watchdogOrHardReset(session: LiveSession): Promise<void> {
  const { watchdogs, name } = session.chip;
  if (watchdogs?.canReset !== true) {
    session.emit({
      type: "note",
      code: "reset.watchdog-unsupported",
      message: `Watchdog hard reset is not supported on ${name}, attempting classic hard reset instead.`,
    });
    await hardResetChip(session);
  } else if (session.secureDownload) {
    session.emit({
      type: "warning",
      code: "reset.watchdog-locked",
      message: "Watchdog hard reset is not supported in Secure Download Mode, attempting classic hard reset instead.",
    });
    await hardResetChip(session);
  } else if (!(await tryWatchdogReset(session, watchdogs))) {
    await resetThroughLines(session);
  }
}

/** False when the chip does not listen: the lines still reach it. */
async function tryWatchdogReset(session: LiveSession, watchdogs: WatchdogRegisters): Promise<boolean> {
  if (!(await canTalk(session))) return false;
  try {
    await watchdogReset(session, watchdogs);
  } catch (error) {
    if (!isLinkError(error)) throw error;
    return false;
  }
  done(session, "watchdog", "Hard resetting with a watchdog...");
  return true;
}

function isLinkError(error: unknown): boolean {
  return isEspError(error) && error.code.startsWith("link.");
}

/** An operation that was broken off may have left chip and host out of step; only who wants to talk needs to mend that. */
async function canTalk(session: LiveSession): Promise<boolean> {
  if (!session.link.suspect) return true;
  try {
    await resynchronise(session, { patience: "short" });
    return true;
  } catch (error) {
    if (!isLinkError(error)) throw error;
    return false;
  }
}

async function hardResetChip(session: LiveSession): Promise<void> {
  if (session.customHardResetSequence === undefined && (await tellBeforeReset(session))) return;
  await resetThroughLines(session);
}

/** What must be said to the chip before its lines are moved; true when that has reset it already. */
async function tellBeforeReset(session: LiveSession): Promise<boolean> {
  const { clearForceDownload, otgWatchdog } = session.chip.hardReset;
  const mayNeedWatchdog = session.usbMode === "otg" && otgWatchdog !== "never";
  if (!session.traits.canReadRegisters || !(clearForceDownload || mayNeedWatchdog)) return false;
  const { watchdogs } = session.chip;
  try {
    if (!(await canTalk(session))) return false;
    await clearForcedDownload(session);
    if (watchdogs === null || !(await needsWatchdog(session))) return false;
    return await tryWatchdogReset(session, watchdogs);
  } catch (error) {
    if (!isLinkError(error)) throw error;
    return false;
  }
}

async function resetThroughLines(session: LiveSession): Promise<void> {
  const { link, chip } = session;
  const custom = await customSequence(session.customHardResetSequence);
  const slowOn = chip.hardReset.slowTimingOn;
  const sequence =
    custom ??
    (usesFlowControl(link.port.info)
      ? FLOW_CONTROL_HARD_RESET
      : hardReset(slowOn !== "none" && slowOn === session.usbMode));
  try {
    await runResetSequence(link.port, sequence, link.clock);
  } catch (error) {
    if (!isEspError(error, "port.lines-unsupported")) throw error;
    await returnToCommonBaud(session);
    session.emit({
      type: "warning",
      code: "reset.no-lines",
      message: `Chip was NOT reset. Setting RTS/DTR lines is not supported for port ${link.port.info.path}.`,
    });
    return;
  }
  done(session, "hard", "Hard resetting via RTS pin...");
}

/** A forced download would survive the reset (ESP32-S3). A chip that refuses the write is reset all the same. */
async function clearForcedDownload(session: LiveSession): Promise<void> {
  const { clearForceDownload, forceDownload } = session.chip.hardReset;
  if (!clearForceDownload || forceDownload === null) return;
  try {
    await writeRegisters(session, [{ address: forceDownload.register, value: 0, mask: forceDownload.mask }]);
  } catch (error) {
    if (!isEspError(error) || error.code.startsWith("port.")) throw error;
  }
}

/** Over USB-OTG an RTS reset does not sample the straps again, so a chip strapped for download would stay in it. */
async function needsWatchdog(session: LiveSession): Promise<boolean> {
  const { otgWatchdog, strap, forceDownload } = session.chip.hardReset;
  if (session.usbMode !== "otg" || session.chip.watchdogs?.canReset !== true) return false;
  if (!session.traits.canReadRegisters || otgWatchdog === "never") return false;
  if (otgWatchdog === "always") return true;
  if (strap === null || forceDownload === null) return false;
  return (
    (await bitsClear(session, strap.register, strap.spiBootMask)) &&
    (await bitsClear(session, forceDownload.register, forceDownload.mask))
  );
}
