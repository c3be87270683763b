// Shelf: resets: sequences on two lines, watchdogs, USB; how a session ends.
// In: a port or a session, and the kind of reset that is asked for.
// Out: a chip that runs or waits as asked, and a closed port.

import { sleep } from "../../clock.ts";
import { isEspError, toEspError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";
import { loadPart } from "../../load-part.ts";
import { FLASH_BEGIN, FLASH_END } from "../../wire/commands.ts";
import type { AfterMode, LiveSession } from "../session.ts";
import { changeBaud } from "../talk/change-baud.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { readRegister, writeRegisters } from "../talk/registers.ts";
import { resynchronise } from "../talk/resynchronise.ts";
import { tellUnusual } from "../talk/tell-unusual.ts";
import { expectLoss } from "../talk/watch-loss.ts";
import {
  customSequence,
  FLOW_CONTROL_HARD_RESET,
  hardReset,
  runResetSequence,
  usesFlowControl,
} from "./reset-sequences.ts";
import type { ResetTools } from "./reset-tools.ts";

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
  if (after === "hard-reset") return await hardResetChip(session);
  const others = await otherResets(session);
  if (others !== null) await others.leaveOtherwise({ session, tools: RESET_TOOLS }, after);
  else if (after === "soft-reset" || after === "watchdog-reset") await resetThroughLines(session);
}

type OtherResets = typeof import("./other-resets.ts");

const loadOtherResets = async (): Promise<OtherResets> =>
  await loadPart("other ways to leave a chip", () => import("./other-resets.ts"));

/** Null: they cannot be loaded, which is told. The chip is left as can be done without. */
async function otherResets(session: LiveSession): Promise<OtherResets | null> {
  try {
    return await loadOtherResets();
  } catch (error) {
    const { message } = toEspError(error);
    session.emit({ type: "warning", code: "reset.plain", message: `${message} The chip is left without it.` });
    return null;
  }
}

/** For chips to which more is said than their lines do: loaded while they are connected to. Throws `package.part-missing`. */
export async function haveResetAtHand(session: LiveSession): Promise<void> {
  if (mustTellBeforeReset(session)) await loadOtherResets();
}

/** A loader that stays must be found again by whoever comes next, who knows nothing of a higher rate. */
async function returnToCommonBaud(session: LiveSession): Promise<void> {
  const isFast = session.link.baudRate > COMMON_BAUD && session.usbMode === "uart";
  if (isFast && session.link.port.capabilities.baud && (await canTalk(session))) await changeBaud(session, COMMON_BAUD);
}

/** An operation that was broken off may have left chip and host out of step; only who wants to talk needs to mend that. */
async function canTalk(session: LiveSession): Promise<boolean> {
  if (!session.link.suspect) return true;
  try {
    await resynchronise(session, { patience: "short" });
    return true;
  } catch (error) {
    if (!isEspError(error, "link.*")) throw error;
    return false;
  }
}

async function hardResetChip(session: LiveSession): Promise<void> {
  const isCustom = session.customHardResetSequence !== undefined;
  const others = !isCustom && mustTellBeforeReset(session) ? await otherResets(session) : null;
  if (others !== null && (await others.tellBeforeReset({ session, tools: RESET_TOOLS }))) return;
  await resetThroughLines(session);
}

/** Something must be said to the chip before its lines are moved, or may have to be. */
function mustTellBeforeReset({ chip, usbMode, traits }: LiveSession): boolean {
  const { clearForceDownload, otgWatchdog } = chip.hardReset;
  return traits.canReadRegisters && (clearForceDownload || (usbMode === "otg" && otgWatchdog !== "never"));
}

async function resetThroughLines(session: LiveSession): Promise<void> {
  const { link, emit, usbMode } = session;
  const { slowTimingOn } = session.chip.hardReset;
  try {
    await hardResetLines(link, emit, {
      custom: session.customHardResetSequence,
      isSlow: slowTimingOn !== "none" && slowTimingOn === usbMode,
    });
  } catch (error) {
    if (!isEspError(error, "port.lines-unsupported")) throw error;
    await returnToCommonBaud(session);
    await tellUnusual(emit, "warning", "reset.no-lines", { path: link.port.info.path });
  }
}

/** Whatever chip it is. `custom`: the caller's own sequence. Throws `port.lines-unsupported`, `port.lost`. */
export async function hardResetLines(
  link: Link,
  emit: Emit,
  { custom, isSlow }: { readonly custom: string | undefined; readonly isSlow: boolean },
): Promise<void> {
  const { port, clock } = link;
  const usual = usesFlowControl(port.info) ? FLOW_CONTROL_HARD_RESET : hardReset(isSlow);
  // What a chip says of its start it says at that rate.
  if (link.staysOpen && port.capabilities.baud && link.baudRate > COMMON_BAUD) await link.setBaudRate(COMMON_BAUD);
  await runResetSequence(port, (await customSequence(custom)) ?? usual, clock);
  emit({ type: "reset.done", how: "hard", message: "Hard resetting via RTS pin..." });
}

export const RESET_TOOLS: ResetTools = {
  sleep,
  canTalk,
  hardResetChip,
  resetThroughLines,
  returnToCommonBaud,
  expectLoss,
  FLASH_BEGIN,
  FLASH_END,
  readRegister,
  writeRegisters,
};
