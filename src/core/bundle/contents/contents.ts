// Shelf: what a file is by its bytes, and merged images taken apart (fact sheet build-outputs 1.8).
// In: bytes.
// Out: a kind with the chip it is for; parts with their addresses.

import { readU32 } from "../../bytes/words.ts";
import { chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { isEspError } from "../../errors.ts";
import { APPLICATION_DESCRIPTOR_MAGIC } from "../../image/firmware/descriptors.ts";
import { detectImageChip } from "../../image/firmware/detect-image-chip.ts";
import { recogniseContents } from "../../image/recognise-contents.ts";
import { isBinaryTable, parsePartitionTable } from "../../partition/table/binary-table.ts";
import { PARTITION_TABLE_BYTES, type Partition, SECTOR_BYTES } from "../../partition/table/partition.ts";

export type ContentKind =
  | "app"
  | "bootloader"
  | "merged"
  | "partition-table"
  | "elf"
  | "uf2"
  | "intel-hex"
  | "mcuboot"
  | "blank"
  | "not-firmware"
  | "other";

export interface Contents {
  readonly kind: ContentKind;
  /** As in "it is an ELF file". */
  readonly what: string;
  /** Of an image: whom it is for. */
  readonly chip: ChipId | null;
  /** Of a merged image. */
  readonly merged: MergedLayout | null;
}

/** How an image for the whole flash is made up. */
export interface MergedLayout {
  /** Where its first byte goes. */
  readonly address: number;
  readonly bootloaderAddress: number;
  /** In flash; null: no table is in it. */
  readonly tableAddress: number | null;
  readonly partitions: readonly Partition[];
}

const IMAGE_MAGIC = 0xe9;
const FIRST_DATA_AT = 32;
const MCUBOOT_MAGIC = 0x96f3b83d;
const UF2_MAGIC = 0x0a324655;
const ELF_MAGIC = 0x464c457f;
/** The longest way to a table: projects with secure boot move it. */
const LAST_TABLE_ADDRESS = 0x2_0000;
/** A bootloader without a description of itself is not longer. */
const MOST_BOOTLOADER_BYTES = 0x1_0000;

export function recognise(data: Uint8Array<ArrayBuffer>): Contents {
  const plain = (kind: ContentKind, what: string): Contents => ({ kind, what, chip: null, merged: null });
  const [first] = data;
  if (first === undefined) return plain("blank", "an empty file");
  if (first === IMAGE_MAGIC || first === 0xff) {
    const merged = mergedImage(data);
    if (merged !== null) return merged;
  }
  if (first === IMAGE_MAGIC) return image(data);
  if (data.length >= 4) {
    const magic = readU32(data, 0);
    if (magic === ELF_MAGIC) return plain("elf", "an ELF file");
    if (magic === UF2_MAGIC) return plain("uf2", "a UF2 file");
    if (magic === MCUBOOT_MAGIC) return plain("mcuboot", "an application for MCUboot");
  }
  if (isBinaryTable(data)) return plain("partition-table", "a partition table");
  const other = recogniseContents(data);
  if (other === "Intel HEX text") return plain("intel-hex", "an Intel HEX file");
  if (other !== null) return plain("not-firmware", other);
  if (data.every((byte) => byte === 0xff)) return plain("blank", "blank, FF throughout");
  return plain("other", "data of an unknown kind");
}

function image(data: Uint8Array<ArrayBuffer>): Contents {
  const chip = chipOf(data);
  const isApp =
    chip === "esp8266" ||
    (data.length >= FIRST_DATA_AT + 4 && readU32(data, FIRST_DATA_AT) === APPLICATION_DESCRIPTOR_MAGIC) ||
    data.length > MOST_BOOTLOADER_BYTES;
  return isApp
    ? { kind: "app", what: "an application", chip, merged: null }
    : {
        kind: "bootloader",
        what: "a bootloader, or an application without a description of itself",
        chip,
        merged: null,
      };
}

/** Null for a chip that nobody knows. */
export function chipOf(image: Uint8Array<ArrayBuffer>): ChipId | null {
  try {
    return detectImageChip(image);
  } catch (error) {
    if (isEspError(error)) return null;
    throw error;
  }
}

/** Begins with a bootloader, blanks in front of it where the chip wants that, and has a table at its place, or blanks alone. */
function mergedImage(data: Uint8Array<ArrayBuffer>): Contents | null {
  const start = data.findIndex((byte) => byte !== 0xff);
  if (start === -1 || data[start] !== IMAGE_MAGIC) return null;
  const id = chipOf(data.subarray(start));
  if (id === null || id === "esp8266") return null;
  const chip = chipEntry(id);
  const bootloaderAddress = chip.bootloaderOffset;
  if (start !== 0 && start !== bootloaderAddress) return null;
  const address = bootloaderAddress - start;
  const table = findTable(data, address, bootloaderAddress);
  if (table === null && start === 0) return null;
  const layout = {
    address,
    bootloaderAddress,
    tableAddress: table?.address ?? null,
    partitions: table?.partitions ?? [],
  };
  return { kind: "merged", what: "an image for the whole flash", chip: id, merged: layout };
}

/** At the usual place, else at the first where one is proved by its digest. */
function findTable(
  data: Uint8Array<ArrayBuffer>,
  base: number,
  bootloaderAddress: number,
): { address: number; partitions: readonly Partition[] } | null {
  const usual = 0x8000;
  const places = [usual];
  for (let at = bootloaderAddress + SECTOR_BYTES; at <= LAST_TABLE_ADDRESS; at += SECTOR_BYTES) places.push(at);
  for (const address of places) {
    const bytes = data.subarray(address - base, address - base + PARTITION_TABLE_BYTES);
    if (!isBinaryTable(bytes)) continue;
    const { partitions, digest, problems } = parsePartitionTable(bytes);
    const isWhole = problems.every(({ level }) => level === "warning");
    const isProved = digest === "right" || (address === usual && digest === "none");
    if (isWhole && isProved && partitions.length > 0) return { address, partitions };
  }
  return null;
}
