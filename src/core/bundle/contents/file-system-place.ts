import { DATA } from "../../partition/table/keywords.ts";
import type { Partition } from "../../partition/table/partition.ts";

const SUBTYPES: ReadonlySet<number> = new Set([0x81, 0x82, 0x83]);
const FAT = 0x81;
/** PlatformIO's images of FAT are without wear levelling, which has the first sector for itself. */
const FAT_SHIFT = 4096;

/** Where PlatformIO writes an image of a file system: the last partition for one (fact sheet build-outputs 1.2). */
export function partitionOfFileSystem(
  partitions: readonly Partition[],
  file: string,
): { readonly name: string; readonly address: number } | null {
  const place = partitions.findLast(({ type, subtype }) => type === DATA && SUBTYPES.has(subtype));
  if (place === undefined) return null;
  const isFat = file === "fatfs.bin" && place.subtype === FAT;
  return { name: place.name, address: place.address + (isFat ? FAT_SHIFT : 0) };
}
