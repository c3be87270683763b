import type { LiveSession } from "../session/session.ts";
import { changeBaud } from "../session/talk/change-baud.ts";
import { askedRate, COMMON_BAUD } from "../session/talk/common-baud.ts";

/**
 * Back from a rate that nobody named: no checksum guards words of memory on their way, nor does a stub look at that of what goes
 * into RAM, and a rate that was found is known by what was guarded.
 */
export async function returnToCommonRate(session: LiveSession): Promise<void> {
  const { link, usbMode, connecting } = session;
  if (askedRate(connecting.baudRate) === null && usbMode === "uart" && link.baudRate > COMMON_BAUD)
    await changeBaud(session, COMMON_BAUD);
}
