import { wholeNumber } from "../../check/numbers.ts";

/** Names of types and subtypes (fact sheet build-outputs 2.1). */

export const APP = 0;
export const DATA = 1;
export const BOOTLOADER = 2;
export const PARTITION_TABLE = 3;

export const PRIMARY = 0;
export const RECOVERY = 2;

export const FACTORY = 0;
export const OTA_0 = 0x10;
export const OTA_15 = 0x1f;
export const TEST = 0x20;

export const DATA_OTA = 0;
export const DATA_NVS = 2;
export const DATA_COREDUMP = 3;
export const DATA_UNDEFINED = 6;
export const DATA_TEE_OTA = 0x90;

export type Keywords = ReadonlyMap<string, number>;

export const TYPES: Keywords = new Map([
  ["app", APP],
  ["data", DATA],
  ["bootloader", BOOTLOADER],
  ["partition_table", PARTITION_TABLE],
]);

const OTA_SLOTS: readonly (readonly [string, number])[] = Array.from({ length: 16 }, (_, slot) => [
  `ota_${slot}`,
  OTA_0 + slot,
]);

/** By type. */
export type Subtypes = ReadonlyMap<number, Keywords>;

export const SUBTYPES: Subtypes = new Map([
  [APP, new Map([["factory", FACTORY], ...OTA_SLOTS, ["test", TEST], ["tee_0", 0x30], ["tee_1", 0x31]])],
  [
    DATA,
    new Map([
      ["ota", DATA_OTA],
      ["phy", 1],
      ["nvs", DATA_NVS],
      ["coredump", DATA_COREDUMP],
      ["nvs_keys", 4],
      ["efuse", 5],
      ["undefined", DATA_UNDEFINED],
      ["esphttpd", 0x80],
      ["fat", 0x81],
      ["spiffs", 0x82],
      ["littlefs", 0x83],
      ["tee_ota", DATA_TEE_OTA],
    ]),
  ],
  [
    BOOTLOADER,
    new Map([
      ["primary", PRIMARY],
      ["ota", 1],
      ["recovery", RECOVERY],
    ]),
  ],
  [
    PARTITION_TABLE,
    new Map([
      ["primary", PRIMARY],
      ["ota", 1],
    ]),
  ],
]);

export function keywordOf(value: number, keywords: Keywords | undefined): string | null {
  return [...(keywords ?? [])].find(([, known]) => known === value)?.[0] ?? null;
}

/** `data`, or a number where a type has no name. */
export function typeName(type: number): string {
  wholeNumber(0, 0xff)(type, "type");
  return keywordOf(type, TYPES) ?? String(type);
}

/** `nvs` of a data partition, or a number where it has no name. */
export function subtypeName(type: number, subtype: number): string {
  wholeNumber(0, 0xff)(type, "type");
  wholeNumber(0, 0xff)(subtype, "subtype");
  return subtypeAmong(SUBTYPES, type, subtype);
}

/** The same with a project's own names. */
export function subtypeAmong(subtypes: Subtypes, type: number, subtype: number): string {
  return keywordOf(subtype, subtypes.get(type)) ?? String(subtype);
}
