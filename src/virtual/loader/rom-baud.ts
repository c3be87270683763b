import type { LoaderHost } from "../machine/loader-host.ts";

/** Fact sheet 3.9: registers in which two ROMs keep what they believe of their crystal. */
export const ESP32_CALIBRATION = 0x3ff5f06c;
export const ESP32_EFUSE_WORD4 = 0x3ff5a010;
export const ESP32C5_SYSCLK_CONF = 0x60096110;
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
