import type { ChipDescriptor } from "../../core/chip/types.ts";
import type { Peripheral } from "./address-space.ts";
import type { Silicon } from "./silicon.ts";

/**
 * The UART's clock divider register: crystal over baud rate, so that a host can work out the crystal from it. On the
 * ESP8266 the UART runs at twice the crystal (`crystal.divider`).
 */
export function createUartDivider(chip: ChipDescriptor, silicon: Silicon, baudRate: () => number): Peripheral {
  const address = chip.uart.clockDivider;
  const multiplier = chip.crystal.kind === "measured" ? chip.crystal.divider : 1;
  let written: number | null = null;
  return {
    handles: (candidate) => candidate === address,
    read() {
      if (written !== null) return written;
      const sixteenths = Math.round((silicon.crystalMhz * 1e6 * multiplier * 16) / baudRate());
      // The fraction stands above the whole number on chips that have one.
      const fraction = chip.uart.clockDividerMask === 0xfffff ? sixteenths % 16 : 0;
      return ((fraction << 20) | Math.floor(sixteenths / 16)) >>> 0;
    },
    write(_address, value) {
      written = value;
    },
    reset() {
      written = null;
    },
  };
}
