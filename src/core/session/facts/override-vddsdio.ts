import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { checkSession } from "../check-session.ts";
import type { Session } from "../session.ts";
import { operation } from "../talk/operation.ts";
import { writeRegisters } from "../talk/registers.ts";

/** What the regulator for the flash supply may be set to. */
export const VDDSDIO_VOLTAGES = ["1.8V", "1.9V", "OFF"] as const;

export type VddsdioVoltage = (typeof VDDSDIO_VOLTAGES)[number];

/**
 * Sets the regulator that supplies the flash, in place of what eFuses and strapping pin say, until the next reset
 * (fact sheet 4.8). Only the ESP32 has one. A wrong voltage can damage the flash.
 *
 * Throws `chip.not-supported` on other chips, `chip.secure-download` where registers cannot be written.
 *
 * @example
 * await overrideVddsdio(session, "1.8V");
 */
export async function overrideVddsdio(session: Session, voltage: VddsdioVoltage): Promise<void> {
  const live = checkSession(session, "session");
  oneOf(VDDSDIO_VOLTAGES)(voltage, "voltage");
  const rtc = live.chip.flashVoltage?.rtc ?? null;
  if (rtc === null) {
    throw new EspError("chip.not-supported", `The VDDSDIO voltage cannot be overridden on ${live.chip.name}.`, {
      hint: "Only the ESP32 has this regulator.",
      remedies: ["keep-flash-voltage"],
      details: { chip: live.chip.id },
    });
  }
  if (live.secureDownload) {
    throw new EspError("chip.secure-download", "The VDDSDIO voltage cannot be overridden in Secure Download Mode.", {
      hint: "Registers cannot be written in this mode.",
    });
  }
  const on = voltage === "OFF" ? 0 : rtc.xpd;
  const higher = voltage === "1.9V" ? rtc.drefHigh | rtc.drefMiddle | rtc.drefLow : 0;
  const value = (rtc.force | rtc.pdEnable | on | higher) >>> 0;
  await operation(live, undefined, () => writeRegisters(live, [{ address: rtc.register, value }]));
  live.emit({
    type: "note",
    code: "chip.vddsdio-set",
    message: voltage === "OFF" ? "VDDSDIO regulator disabled." : `VDDSDIO regulator set to ${voltage}.`,
    details: { voltage },
  });
}
