import type { WatchdogRegisters } from "../../core/chip/types.ts";
import type { Clock } from "../../core/clock.ts";
import type { Peripheral } from "./address-space.ts";

const ENABLE = 0x80000000;
/** Action of stage 0 in CONFIG0, bits 28 to 30; from 3 on (reset of the CPU, the system, everything) the chip restarts. */
const STAGE0_SHIFT = 28;
const STAGE0_MASK = 0x7;
const RESETS_CHIP = 3;
/** The slow clock that the watchdog counts (RC oscillator of 136 kHz; data sheet of the ESP32-C3). */
const SLOW_CLOCK_KHZ = 136;

interface WatchdogOptions {
  readonly registers: WatchdogRegisters;
  readonly clock: Clock;
  /** Time is up. */
  readonly expired: () => void;
}

/**
 * The RTC watchdog and the super watchdog's registers. Both ignore writes until their key is in the write-protect
 * register. The super watchdog only keeps its words.
 */
export function createWatchdog({ registers, clock, expired }: WatchdogOptions): Peripheral {
  const words = new Map<number, number>();
  const { superWatchdog } = registers;
  let cancel: (() => void) | null = null;
  const word = (address: number): number => words.get(address) ?? 0;
  const guards = new Map([
    [registers.config0, { protect: registers.writeProtect, key: registers.key }],
    [registers.config1, { protect: registers.writeProtect, key: registers.key }],
  ]);
  if (superWatchdog !== null) {
    guards.set(superWatchdog.config, { protect: superWatchdog.writeProtect, key: superWatchdog.key });
  }
  const addresses = new Set([
    ...guards.keys(),
    registers.writeProtect,
    ...(superWatchdog === null ? [] : [superWatchdog.writeProtect]),
  ]);

  function restartTimer(): void {
    cancel?.();
    cancel = null;
    const config = word(registers.config0);
    if ((config & ENABLE) === 0 || ((config >>> STAGE0_SHIFT) & STAGE0_MASK) < RESETS_CHIP) return;
    cancel = clock.after(word(registers.config1) / SLOW_CLOCK_KHZ, () => {
      cancel = null;
      expired();
    });
  }

  return {
    handles: (address) => addresses.has(address),
    read: word,
    write(address, value) {
      const guard = guards.get(address);
      if (guard !== undefined && word(guard.protect) !== guard.key) return;
      words.set(address, value);
      if (address === registers.config0 || address === registers.config1) restartTimer();
    },
    reset() {
      cancel?.();
      cancel = null;
      words.clear();
    },
  };
}
