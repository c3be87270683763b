import type { ChipId } from "../../chip/types.ts";
import { parsePartitionCsv } from "../../partition/csv/parse-csv.ts";
import type { Partition } from "../../partition/table/partition.ts";

const APP_ADDRESS = 0x1_0000;
const MOST_APP_BYTES = 16_000 * 1024;
/** Where the size of the flash is not said; other chips have the largest of these. */
const APP_BYTES: Readonly<Partial<Record<ChipId, number>>> = {
  esp32c2: 0x1f_0000,
  esp32s2: 0x10_0000,
  esp32s3: 0x10_0000,
};
const USUAL_APP_BYTES = 0x3f_0000;

/** The table that espflash makes for a program that brings none (fact sheet build-outputs 1.4); `size` as in `4MB`. */
export function defaultTable(chip: ChipId, size: string): readonly Partition[] {
  const megabytes = Number(/^(\d{1,3})MB$/.exec(size)?.[1] ?? 0);
  const appBytes =
    megabytes > 0
      ? Math.min(megabytes * 1024 * 1024 - APP_ADDRESS, MOST_APP_BYTES)
      : (APP_BYTES[chip] ?? USUAL_APP_BYTES);
  return parsePartitionCsv(
    `nvs,data,nvs,0x9000,0x6000,\nphy_init,data,phy,0xf000,0x1000,\nfactory,app,factory,${APP_ADDRESS},${appBytes},\n`,
  ).partitions;
}
