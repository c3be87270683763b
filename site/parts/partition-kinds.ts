import type { Partition } from "../../src/partition.ts";

/** Type and subtypes as ESP-IDF's partition tables have them ("Partition Tables" in its API guides). */
const DATA = 0x01;
const NVS = 0x02;
const FAT = 0x81;
const SPIFFS = 0x82;
const LITTLEFS = 0x83;

export function isNvs({ type, subtype }: Partition): boolean {
  return type === DATA && subtype === NVS;
}

/** By its subtype, which says what somebody meant; LittleFS often stands where SPIFFS is said. */
export function isForFiles({ type, subtype }: Partition): boolean {
  return type === DATA && [FAT, SPIFFS, LITTLEFS].includes(subtype);
}
