import type { ChipId } from "../../src/index.ts";

/** All chips, which a board made of data can have, with their usual names. */
export const CHIPS = [
  ["esp32", "ESP32"],
  ["esp32s2", "ESP32-S2"],
  ["esp32s3", "ESP32-S3"],
  ["esp32c2", "ESP32-C2"],
  ["esp32c3", "ESP32-C3"],
  ["esp32c5", "ESP32-C5"],
  ["esp32c6", "ESP32-C6"],
  ["esp32c61", "ESP32-C61"],
  ["esp32e22", "ESP32-E22"],
  ["esp32h2", "ESP32-H2"],
  ["esp32h21", "ESP32-H21"],
  ["esp32h4", "ESP32-H4"],
  ["esp32p4", "ESP32-P4"],
  ["esp32s31", "ESP32-S31"],
  ["esp8266", "ESP8266"],
] as const satisfies readonly (readonly [ChipId, string])[];

/** As people know it; of others the name that programs have for them. */
export function chipName(chip: ChipId): string {
  return CHIPS.find(([id]) => id === chip)?.[1] ?? chip;
}
