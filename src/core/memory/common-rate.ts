import type { LiveSession } from "../session/session.ts";
import { changeBaud } from "../session/talk/change-baud.ts";
import { askedRate, COMMON_BAUD } from "../session/talk/common-baud.ts";
import { emitWithout } from "../session/talk/emit-without.ts";

/**
 * Back from a rate that nobody named: no checksum guards words of memory on their way, nor does a stub look at that of what goes
 * into RAM, and a rate that was found is known by what was guarded. Nobody was told of that rate, nor is of its end; much to
 * transfer after this finds it again.
 */
export async function returnToCommonRate(session: LiveSession): Promise<void> {
  const { link, usbMode, connecting, rate, emit } = session;
  if (askedRate(connecting.baudRate) !== null || usbMode !== "uart" || link.baudRate <= COMMON_BAUD) return;
  await changeBaud({ ...session, emit: emitWithout(emit, ["baud.changing", "baud.changed"]) }, COMMON_BAUD);
  rate.climbed = false;
}
