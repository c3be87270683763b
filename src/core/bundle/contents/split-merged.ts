import { roundUp } from "../../bytes/words.ts";
import { readSoundImage } from "../../image/firmware/read-image.ts";
import { APP, DATA, DATA_OTA } from "../../partition/table/keywords.ts";
import { type Partition, SECTOR_BYTES } from "../../partition/table/partition.ts";
import type { DraftFile } from "../draft.ts";
import type { BundleFileUse } from "../flash-bundle.ts";
import type { MergedLayout } from "./contents.ts";
import { holdsSettings } from "./settings-partitions.ts";

/** Chips of today: their images have the extended header. */
const EXTENDED = { imageChipId: 0 };

/**
 * The parts of an image for the whole flash, by the table in it. Padding is no part: what is blank is left out, but for
 * the OTA data, which say what boots. What would replace the settings of a board is marked so. Without a table it is
 * one part, from its first byte that is not blank.
 */
export function splitMerged(path: string, data: Uint8Array<ArrayBuffer>, layout: MergedLayout): DraftFile[] {
  const { address, bootloaderAddress, tableAddress, partitions } = layout;
  const source = `${path}: the partition table in it`;
  const part = (from: number, to: number): Uint8Array<ArrayBuffer> => data.subarray(from - address, to - address);
  if (tableAddress === null) {
    const all = part(bootloaderAddress, address + data.length);
    return [
      {
        name: "bootloader",
        role: "bootloader",
        path,
        address: bootloaderAddress,
        data: all,
        source: `${path}: begins there`,
      },
    ];
  }
  const files: DraftFile[] = [
    {
      name: "bootloader",
      role: "bootloader",
      path,
      address: bootloaderAddress,
      data: used(part(bootloaderAddress, tableAddress)),
      source,
    },
    {
      name: "partition-table",
      role: "partition-table",
      path,
      address: tableAddress,
      data: part(tableAddress, tableAddress + SECTOR_BYTES),
      source,
    },
  ];
  for (const partition of [...partitions].sort((left, right) => left.address - right.address)) {
    const { name, address: start, sizeBytes, type } = partition;
    if (start < address || (type !== APP && type !== DATA)) continue;
    const bytes = part(start, start + sizeBytes);
    const use = useOf(partition, bytes);
    if (use === null) continue;
    // A file system counts on blank sectors to be blank.
    files.push({ name, role: null, path, address: start, data: type === APP ? used(bytes) : bytes, use, source });
  }
  return files;
}

function useOf(partition: Partition, bytes: Uint8Array<ArrayBuffer>): BundleFileUse | null {
  const { type, subtype } = partition;
  if (bytes.length === 0) return null;
  if (type === DATA && subtype === DATA_OTA) return "always";
  if (bytes.every((byte) => byte === 0xff)) return null;
  return holdsSettings(partition) ? "settings" : "always";
}

/** Without the blank sectors behind; an image may end in blanks of its own. */
function used(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const last = bytes.findLastIndex((byte) => byte !== 0xff);
  const imageEnd = readSoundImage(EXTENDED, bytes)?.endBytes ?? 0;
  return bytes.subarray(0, Math.min(bytes.length, roundUp(Math.max(last + 1, imageEnd), SECTOR_BYTES)));
}
