// Shelf: how a chip started: why it was reset, how it boots, what the ROM loader found wrong.
// In: lines as ROM loaders and boot loaders print them.
// Out: one start as data, when its last line was read.

import type { ChipId } from "../../chip/types.ts";

/** What a reset came from; those of `failure` nobody asked for. */
export type ResetKind = "start" | "asked" | "failure";

export interface ResetMeaning {
  readonly kind: ResetKind;
  /** A sentence. */
  readonly says: string;
}

const start = (says: string): ResetMeaning => ({ kind: "start", says });
const asked = (says: string): ResetMeaning => ({ kind: "asked", says });
const failure = (says: string): ResetMeaning => ({ kind: "failure", says });

const TIMER_WATCHDOG = failure(
  "A timer watchdog reset the chip: the program held off interrupts, or did not let other tasks run, for too long.",
);
const RTC_WATCHDOG = failure(
  "The RTC watchdog reset the chip: it hung, most often while starting, before the program had taken over.",
);
const POWER_GLITCH = failure("The supply voltage had a glitch: the supply, the cable or the regulator is too weak.");
const USB = asked("The computer reset the chip through its USB.");

/** By the number of the ROM's `rst:0x`. ESP-IDF, rom/rtc.h of the chips. */
const RESETS: Readonly<Record<number, ResetMeaning>> = {
  1: start("The chip was switched on, or its EN pin was low."),
  3: asked("The program restarted the chip."),
  4: failure("The watchdog reset the chip: the program hung."),
  5: start("The chip woke up from deep sleep."),
  6: asked("The SDIO host reset the chip."),
  7: TIMER_WATCHDOG,
  8: TIMER_WATCHDOG,
  9: RTC_WATCHDOG,
  10: failure("The chip detected an intrusion and reset itself."),
  11: TIMER_WATCHDOG,
  12: asked("The program restarted the processor: by itself, or after a panic."),
  13: RTC_WATCHDOG,
  14: asked("The other core restarted this one."),
  15: failure("The supply voltage dropped too low: the supply, the cable or the regulator gives too little current."),
  16: RTC_WATCHDOG,
  17: TIMER_WATCHDOG,
  18: failure("The super watchdog reset the chip: nothing fed it, so that the whole chip hung."),
  19: failure("The clock had a glitch: look at the crystal and the supply."),
  20: failure(
    "The eFuses of the chip do not agree with their checksum: they are damaged, or were read while the supply was bad.",
  ),
  21: USB,
  22: USB,
  23: POWER_GLITCH,
  24: asked("A debugger reset the processor."),
  25: POWER_GLITCH,
  26: failure("The processor locked up: a second exception came while it handled the first."),
};
/** Where a chip's number means something else. */
const OTHERS: Readonly<Partial<Record<ChipId, Readonly<Record<number, ResetMeaning>>>>> = {
  esp32p4: { 5: start("The chip was powered up again by its power management, as after deep sleep."), 23: USB },
};

/** By the number of an ESP8266's `rst cause:`, with the words that its documents have for it. */
const ESP8266_RESETS: Readonly<Record<number, ResetMeaning & { readonly name: string }>> = {
  1: { name: "power on", ...start("The chip was switched on.") },
  2: { name: "external reset", ...start("The reset pin was low, or the chip woke up from deep sleep.") },
  3: { name: "software reset", ...asked("The program restarted the chip.") },
  4: { name: "hardware watchdog", ...failure("The hardware watchdog reset the chip: the program hung.") },
};

/** Null for numbers that are not known. */
export function resetMeaning(code: number, chip: ChipId | null): ResetMeaning | null {
  return (chip === null ? undefined : OTHERS[chip]?.[code]) ?? RESETS[code] ?? null;
}

export function esp8266Reset(cause: number): (ResetMeaning & { readonly name: string }) | null {
  return ESP8266_RESETS[cause] ?? null;
}
