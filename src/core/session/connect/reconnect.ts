import { sleep } from "../../clock.ts";
import { EspError, isEspError, toEspError } from "../../errors.ts";
import type { LiveSession } from "../session.ts";
import { watchLoss } from "../talk/watch-loss.ts";
import { connectAgain } from "./connect.ts";

/** Between attempts: a USB device needs a moment to be back (fact sheet 6.3). */
const PAUSE_MS = 1000;
const DEFAULT_ATTEMPTS = 7;

/**
 * Restores the connection of a session whose port was lost, so that the session is what it was: the same chip, the same
 * loader, the same baud rate. The session itself stays valid, because it describes the chip and not the connection; what
 * was told to the loader before must be told again.
 *
 * Tried as often as connecting is (`connectAttempts`), a second apart; `unlimited`: until the port is back.
 * Throws `port.lost` when it does not come back or nothing answers, `connect.wrong-chip` for another chip than before,
 * `operation.aborted`. The port is closed then.
 */
export async function reconnect(session: LiveSession, lost: EspError): Promise<void> {
  // Whether it is the same chip cannot be told without a MAC address: Secure Download Mode does not show it.
  if (session.mac === null) throw lost;
  const { link, emit, connecting } = session;
  // Each try to connect begins at another.
  const { baudRate } = link;
  const attempts = connecting.connectAttempts ?? DEFAULT_ATTEMPTS;
  // For ever is meant for the port, not for a chip that does not answer on it.
  const connectAttempts = attempts === "unlimited" ? DEFAULT_ATTEMPTS : attempts;
  link.onLost?.(lost);
  for (let attempt = 1; ; attempt++) {
    await link.close();
    await sleep(link.clock, PAUSE_MS, link.signal);
    try {
      await connectAgain(session, { baudRate, connectAttempts });
      watchLoss(link, emit);
      emit({ type: "session.restored" });
      return;
    } catch (error) {
      if (isEspError(error, "operation.aborted") || isEspError(error, "connect.wrong-chip")) throw error;
      if (!isPortError(error) || (attempts !== "unlimited" && attempt >= attempts)) throw notBack(lost, error);
    }
  }
}

/** The device is not there yet, or went away once more. */
function isPortError(error: unknown): boolean {
  return isEspError(error) && (error.code.startsWith("port.") || error.code === "connect.port-lost");
}

function notBack(lost: EspError, cause: unknown): EspError {
  return new EspError("port.lost", `${lost.message} It could not be restored: ${toEspError(cause).message}`, {
    hint: "Check the cable and the power supply, then start again.",
    details: lost.details,
    cause,
  });
}
