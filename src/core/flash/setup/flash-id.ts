import type { Check } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { parseJedecId } from "../../chip/flash-size.ts";
import { readField } from "../../chip/read-field.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { readRegister, readWord } from "../../session/talk/registers.ts";
import { attachFlash } from "./attach.ts";
import { checkSpiOptions, type FlashIdOptions } from "./check-options.ts";
import { detectFlashSize, readJedecWord, readSfdpWord } from "./jedec.ts";
import { restoreSpi } from "./spi-command.ts";
import { requireRegisters } from "./status.ts";

export interface FlashVoltage {
  readonly source: "RTC_CNTL" | "eFuse" | "a strapping pin";
  readonly value: "1.8V" | "1.9V" | "3.3V" | "OFF";
}

export interface FlashIdResult {
  readonly manufacturer: number;
  readonly device: number;
  readonly sizeBytes: number | null;
  /** `4MB`, or null when the id's capacity code is not known. */
  readonly sizeName: string | null;
  /** How many data lines the chip's eFuses are set for; null where they do not say. */
  readonly wiring: "quad" | "octal" | null;
  readonly voltage: FlashVoltage | null;
}

/** What is known of the flash chip. Throws `chip.secure-download`, `flash.*`, `link.*`. */
export async function readFlashId(session: Session, options: FlashIdOptions = {}): Promise<FlashIdResult> {
  const live = checkSession(session, "session");
  const wanted = checkSpiOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireRegisters(live);
    await attachFlash(live, wanted.spiConnection);
    const { vendor, device } = parseJedecId(await readJedecWord(live));
    const size = await detectFlashSize(live);
    return {
      manufacturer: vendor,
      device,
      sizeBytes: size?.sizeBytes ?? null,
      sizeName: size?.name ?? null,
      wiring: await readWiring(live),
      voltage: await readVoltage(live),
    };
  });
}

const checkSfdpRange: Check<{ readonly address: number; readonly sizeBytes: number }> = shape({
  address: wholeNumber(0, 0xff_ffff),
  sizeBytes: wholeNumber(1, 4),
});

/** One to four bytes of the flash chip's parameter table (JESD216). Throws `argument.invalid`, and as `readFlashId`. */
export async function readFlashSfdp(
  session: Session,
  range: { readonly address: number; readonly sizeBytes: number },
  options: FlashIdOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const live = checkSession(session, "session");
  const asked = checkSfdpRange(range, "range");
  const wanted = checkSpiOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireRegisters(live);
    await attachFlash(live, wanted.spiConnection);
    const word = await readSfdpWord(live, asked.address, asked.sizeBytes);
    await restoreSpi(live);
    return Uint8Array.from({ length: asked.sizeBytes }, (_, index) => (word >>> (8 * index)) & 0xff);
  });
}

async function readWiring(session: LiveSession): Promise<"quad" | "octal" | null> {
  const { flashType } = session.chip;
  if (flashType === null) return null;
  const word = await readWord(session, flashType.register);
  return readField(flashType, () => word) === 1 ? "octal" : "quad";
}

type VoltageFacts = NonNullable<ChipDescriptor["flashVoltage"]>;

/** Where several say something, the first wins: override in RTC_CNTL, eFuse, strapping pin (fact sheet 4.8). */
async function readVoltage(session: LiveSession): Promise<FlashVoltage | null> {
  const { flashVoltage } = session.chip;
  if (flashVoltage === null) return null;
  const { rtc, efuse, strap } = flashVoltage;
  const override = rtc === null ? null : voltageOfRtc(rtc, await readRegister(session, rtc.register));
  if (override !== null) return { source: "RTC_CNTL", value: override };
  const burned = voltageOfEfuse(efuse, await readWord(session, efuse.register));
  if (burned !== null) return { source: "eFuse", value: burned };
  const pins = await readRegister(session, strap.register);
  return { source: "a strapping pin", value: (pins & strap.mask) !== 0 ? "1.8V" : "3.3V" };
}

function voltageOfRtc(rtc: NonNullable<VoltageFacts["rtc"]>, word: number): FlashVoltage["value"] | null {
  const has = (mask: number): boolean => (word & mask) >>> 0 === mask >>> 0;
  if (!has(rtc.force)) return null;
  if (has(rtc.drefHigh)) return "1.9V";
  return has(rtc.xpd) ? "1.8V" : "OFF";
}

function voltageOfEfuse(efuse: VoltageFacts["efuse"], word: number): FlashVoltage["value"] | null {
  if ((word & efuse.force) === 0) return null;
  if ((word & efuse.xpd) === 0) return "OFF";
  return (word & efuse.tieh) === 0 ? "1.8V" : "3.3V";
}
