import { type Check, optional } from "../check/check.ts";
import { checkAddress } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { type BootSlot, bootSlot, otaDataPartition } from "../partition/ota/boot-slot.ts";
import { OTA_DATA_BYTES, parseOtaData } from "../partition/ota/ota-data.ts";
import { parsePartitionTable } from "../partition/table/binary-table.ts";
import { checkPartitionTable } from "../partition/table/check-table.ts";
import { PARTITION_TABLE_ADDRESS, PARTITION_TABLE_BYTES, type Partition } from "../partition/table/partition.ts";
import type { PartitionProblem } from "../partition/table/problem.ts";
import type { PartitionContent } from "./content.ts";
import { checkReader, type FlashReader } from "./flash-reader.ts";
import { readContent } from "./read-content.ts";

export interface DescribeFlashOptions {
  /** Where the table stands; default 0x8000. */
  readonly tableAddress?: number | undefined;
}

export interface DescribedPartition extends Partition {
  readonly content: PartitionContent;
}

/** One page about a flash. */
export interface FlashDescription {
  readonly sizeBytes: number;
  readonly tableAddress: number;
  /** `right`: the table is proved. `none`: it was built without a digest. Null: there is no table. */
  readonly digest: "right" | "wrong" | "none" | null;
  /** In the order of the table. */
  readonly partitions: readonly DescribedPartition[];
  /** Of the table. */
  readonly problems: readonly PartitionProblem[];
  /** Null: there is no table. */
  readonly boots: BootSlot | null;
}

const checkOptions: Check<DescribeFlashOptions> = shape<DescribeFlashOptions>({ tableAddress: optional(checkAddress) });

/**
 * What is in a flash: its partition table and what is in each partition, and which slot boots. As little as possible is read: the
 * start of applications, NVS, the directories of a LittleFS and other file systems whole, nothing of keys. What is damaged costs its row alone. Throws what the
 * reader throws, and `argument.invalid`.
 *
 * @example
 * const { partitions, boots } = await describeFlash(flashOfBytes(backup));
 */
export async function describeFlash(flash: FlashReader, options: DescribeFlashOptions = {}): Promise<FlashDescription> {
  const reader = checkReader(flash, "flash");
  const { tableAddress = PARTITION_TABLE_ADDRESS } = checkOptions(options, "options");
  const { sizeBytes } = reader;
  const none = { sizeBytes, tableAddress, digest: null, partitions: [], problems: [], boots: null };
  if (tableAddress + PARTITION_TABLE_BYTES > sizeBytes) return none;
  const table = parsePartitionTable(await reader.read(tableAddress, PARTITION_TABLE_BYTES));
  if (table.partitions.length === 0) return none;
  const rules = checkPartitionTable(table.partitions, { tableAddress, flashBytes: sizeBytes });
  const partitions: DescribedPartition[] = [];
  for (const partition of table.partitions)
    partitions.push({ ...partition, content: await readContent(reader, partition) });
  return {
    sizeBytes,
    tableAddress,
    digest: table.digest,
    partitions,
    problems: [...table.problems, ...rules],
    boots: bootOf(partitions),
  };
}

/** What is blank says nothing, as two blank copies do. */
function bootOf(partitions: readonly DescribedPartition[]): BootSlot | null {
  const place = otaDataPartition(partitions);
  if (place === null) return bootSlot(partitions, null);
  const content = partitions.find(({ address }) => address === place.address)?.content;
  if (content?.kind === "ota-data") return bootSlot(partitions, content.otaData);
  return content?.kind === "blank" ? bootSlot(partitions, parseOtaData(BLANK_OTA_DATA)) : null;
}

const BLANK_OTA_DATA = new Uint8Array(OTA_DATA_BYTES).fill(0xff);
