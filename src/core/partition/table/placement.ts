import { APP, BOOTLOADER, PARTITION_TABLE, PRIMARY } from "./keywords.ts";
import { type Partition, SECTOR_BYTES } from "./partition.ts";

const APP_ALIGNMENT = 0x10000;

/** Where partitions of a type have to begin. */
export function alignmentOf(type: number): number {
  return type === APP ? APP_ALIGNMENT : SECTOR_BYTES;
}

/** The primary bootloader and table stand before the partitions, and are placed by nobody. */
export function isPrimary({ type, subtype }: Pick<Partition, "type" | "subtype">): boolean {
  return (type === BOOTLOADER || type === PARTITION_TABLE) && subtype === PRIMARY;
}
