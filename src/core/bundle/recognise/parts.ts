import { chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { otaDataPartition, otaSlots } from "../../partition/ota/boot-slot.ts";
import { encodeOtaCopy, OTA_DATA_BYTES } from "../../partition/ota/ota-data.ts";
import { isBinaryTable, parsePartitionTable } from "../../partition/table/binary-table.ts";
import { APP, FACTORY } from "../../partition/table/keywords.ts";
import { PARTITION_TABLE_ADDRESS, type Partition } from "../../partition/table/partition.ts";
import { chipOf } from "../contents/contents.ts";
import type { DraftFile } from "../draft.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

/** Files of a build that has no list of addresses: they follow from the chip and the table. */
export interface PartPaths {
  readonly app: string;
  readonly bootloader: string | null;
  readonly table: string | null;
  /** OTA data that the build system has ready. */
  readonly otaData: string | null;
  /** Where the table goes; default 0x8000. */
  readonly tableAddress?: number | undefined;
  /** Which application partition the build system writes to, and whether it makes it boot. */
  readonly boots: "ota_0" | "factory";
}

export interface Parts {
  readonly chip: ChipId | null;
  readonly files: readonly DraftFile[];
  readonly partitions: readonly Partition[];
}

/** Addresses by the image's own chip and by the table: never by what a board is called, nor by habit. */
export async function partsOf(tree: TreeReader, paths: PartPaths): Promise<Parts> {
  const app = await tree.read(paths.app);
  const bootloader = paths.bootloader === null ? null : await tree.read(paths.bootloader);
  const table = paths.table === null ? null : await tree.read(paths.table);
  const chip = imageChip(bootloader) ?? imageChip(app);
  const partitions = table !== null && isBinaryTable(table) ? parsePartitionTable(table).partitions : [];
  const files: DraftFile[] = [];
  if (paths.bootloader !== null) {
    const address = chip === null ? null : chipEntry(chip).bootloaderOffset;
    files.push({
      name: "bootloader",
      role: "bootloader",
      path: paths.bootloader,
      address,
      data: bootloader,
      source: "the chip in its header",
    });
  }
  if (paths.table !== null) {
    const address = paths.tableAddress ?? PARTITION_TABLE_ADDRESS;
    files.push({
      name: "partition-table",
      role: "partition-table",
      path: paths.table,
      address,
      data: table,
      source: "the default of the build system",
    });
  }
  files.push(...(await otaDataOf(tree, paths, partitions)));
  const place = chip === "esp8266" ? 0 : (appPartition(partitions, paths.boots)?.address ?? null);
  const source = chip === "esp8266" ? "the chip starts it there" : (paths.table ?? "the partition table");
  files.push({ name: "app", role: "app", path: paths.app, address: place, data: app, source });
  return { chip, files, partitions };
}

function imageChip(data: Uint8Array<ArrayBuffer> | null): ChipId | null {
  return data === null || data.length === 0 ? null : chipOf(data);
}

export function appPartition(partitions: readonly Partition[], first: PartPaths["boots"]): Partition | undefined {
  const factory = partitions.find(({ type, subtype }) => type === APP && subtype === FACTORY);
  const [slot] = otaSlots(partitions);
  return (first === "factory" ? (factory ?? slot) : (slot ?? factory)) ?? partitions.find(({ type }) => type === APP);
}

/**
 * At the place of the table, not where build systems write it by habit: with another table that is something else's
 * place. It makes the first slot boot, to which the application goes.
 */
async function otaDataOf(tree: TreeReader, paths: PartPaths, partitions: readonly Partition[]): Promise<DraftFile[]> {
  const place = otaDataPartition(partitions);
  if (place === null) return [];
  const given = paths.otaData === null ? null : await tree.read(paths.otaData);
  const isGiven = given !== null && paths.otaData !== null;
  const path = isGiven && paths.otaData !== null ? paths.otaData : "(made: the first slot boots)";
  return [
    {
      name: "otadata",
      role: "ota-data",
      path,
      address: place.address,
      data: isGiven ? given : firstSlot(),
      source: paths.table ?? "",
    },
  ];
}

function firstSlot(): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(OTA_DATA_BYTES).fill(0xff);
  data.set(encodeOtaCopy(1, "undefined"));
  return data;
}
