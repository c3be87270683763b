import type { LoaderHost } from "../machine/loader-host.ts";

import { ESP32_CALIBRATION, ESP32_EFUSE_WORD4, ESP32C5_SYSCLK_CONF } from "../silicon/clock-registers.ts";

/** The C2's ROM knows no other crystal. */
const ESP32C2_ASSUMED_MHZ = 40;

/** What the ROM takes its crystal for, in Hz. */
export function assumedCrystalHz({ chip, silicon, space }: Pick<LoaderHost, "chip" | "silicon" | "space">): number {
  const real = silicon.crystalMhz * 1e6;
  switch (chip.id) {
    case "esp32": {
      const periods = (space.readWord(ESP32_CALIBRATION) >>> 7) & 0x1ffffff;
      const slowClockHz = (15625 * (space.readWord(ESP32_EFUSE_WORD4) & 0xff)) / 40;
      return periods * slowClockHz || real;
    }
    case "esp32c2":
      return ESP32C2_ASSUMED_MHZ * 1e6;
    case "esp32c5":
      return ((space.readWord(ESP32C5_SYSCLK_CONF) >>> 24) & 0x7f) * 1e6 || real;
    default:
      return real;
  }
}

/** The rate that results when the ROM is asked for one: its divider comes from the crystal it believes in. */
export function rateTheRomSets(host: LoaderHost, asked: number): number {
  if (asked <= 0) return host.baudRate;
  return Math.round((asked * host.silicon.crystalMhz * 1e6) / assumedCrystalHz(host));
}
