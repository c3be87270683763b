import { APP, DATA, DATA_NVS, DATA_OTA } from "../../partition/table/keywords.ts";
import type { Partition } from "../../partition/table/partition.ts";

/** Data partitions in which a board keeps what it has learnt: phy, nvs, core dump, keys of nvs, efuse, and without a meaning. */
const SETTINGS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);
const DATA_NVS_KEYS = 4;

export function holdsSettings({ type, subtype }: Pick<Partition, "type" | "subtype">): boolean {
  return type === DATA && SETTINGS.has(subtype);
}

/** What people call settings: names, passwords, what they have chosen. */
export function holdsUserSettings({ type, subtype }: Pick<Partition, "type" | "subtype">): boolean {
  return type === DATA && (subtype === DATA_NVS || subtype === DATA_NVS_KEYS);
}

/** Not an application's, nor the OTA data: those are what is renewed. */
export function holdsContents({ type, subtype }: Pick<Partition, "type" | "subtype">): boolean {
  return type !== APP && !(type === DATA && subtype === DATA_OTA);
}
