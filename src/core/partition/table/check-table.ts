import { type Check, optional } from "../../check/check.ts";
import { checkAddress, checkSize } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { isNameCut } from "./binary-table.ts";
import { checkPartition } from "./check-partition.ts";
import { DATA, DATA_OTA, DATA_TEE_OTA } from "./keywords.ts";
import { checkPartitions, PARTITION_TABLE_ADDRESS, type Partition, SECTOR_BYTES } from "./partition.ts";
import { isPrimary } from "./placement.ts";
import { type PartitionProblem, type PartitionProblemKind, problemOf } from "./problem.ts";

export interface CheckTableOptions {
  /** Where the table stands; default 0x8000. No partition may begin before the sector behind it. */
  readonly tableAddress?: number | undefined;
  /** Of the chip; default: not looked at. */
  readonly flashBytes?: number | undefined;
  /** The scheme of secure boot, which wants sizes of applications; default none. */
  readonly secureBoot?: "v1" | "v2" | undefined;
  /** Whether partitions and table are held to the rules; default true. The flash size is, without it, too. */
  readonly verify?: boolean | undefined;
}

const checkOptions: Check<CheckTableOptions> = shape<CheckTableOptions>({
  tableAddress: optional(checkAddress),
  flashBytes: optional(checkSize),
  secureBoot: optional(oneOf(["v1", "v2"])),
  verify: optional(checkBoolean),
});

/**
 * What is wrong with partitions that are to be a table: each by itself, and all together (fact sheet build-outputs 2.4).
 * In the order in which the tools of the field look. Throws `argument.invalid` alone.
 */
export function checkPartitionTable(
  partitions: readonly Partition[],
  options: CheckTableOptions = {},
): readonly PartitionProblem[] {
  const wanted = checkPartitions(partitions, "partitions");
  const { tableAddress = PARTITION_TABLE_ADDRESS, flashBytes, secureBoot, verify } = checkOptions(options, "options");
  const problems =
    verify === false
      ? []
      : [
          ...wanted.flatMap((partition) => checkPartition(partition, secureBoot)),
          ...checkNames(wanted),
          ...checkPlaces(wanted, tableAddress),
          ...checkOtaData(wanted, OTA_DATA),
          ...checkOtaData(wanted, TEE_OTA_DATA),
        ];
  return flashBytes === undefined ? problems : [...problems, ...checkFlash(wanted, flashBytes)];
}

function checkNames(partitions: readonly Partition[]): PartitionProblem[] {
  const seen = new Set<string>();
  return partitions.flatMap((partition) => {
    const { name } = partition;
    const problems: PartitionProblem[] = [];
    if (isNameCut(name)) problems.push(problemOf(partition, "name-cut", `The name '${name}' is cut at 16 bytes.`));
    // A chip reads a name up to its first NUL.
    if (name.includes("\0"))
      problems.push(problemOf(partition, "name-not-text", `The name of a partition holds a NUL.`));
    if (seen.has(name)) {
      problems.push(problemOf(partition, "duplicate-name", `There are two partitions of the name '${name}'.`));
    }
    seen.add(name);
    return problems;
  });
}

function checkPlaces(partitions: readonly Partition[], tableAddress: number): PartitionProblem[] {
  const sorted = [...partitions].sort((left, right) => left.address - right.address);
  const first = tableAddress + SECTOR_BYTES;
  const problems: PartitionProblem[] = [];
  let before: Partition | null = null;
  for (const partition of sorted) {
    const { name, address } = partition;
    if (address < first && !isPrimary(partition)) {
      const message = `'${name}' begins at 0x${address.toString(16)}, before the end of the table at 0x${first.toString(16)}.`;
      problems.push(problemOf(partition, "below-table", message, "offset"));
    }
    const end = before === null ? 0 : before.address + before.sizeBytes;
    if (before !== null && address < end) {
      const message = `'${name}' begins at 0x${address.toString(16)}, within '${before.name}', which ends at 0x${end.toString(16)}.`;
      problems.push(problemOf(partition, "overlap", message, "offset"));
    }
    if (before === null || address + partition.sizeBytes >= end) before = partition;
  }
  return problems;
}

interface OtaDataRule {
  readonly subtype: number;
  readonly what: string;
  readonly several: PartitionProblemKind;
  readonly size: PartitionProblemKind;
}

const OTA_DATA: OtaDataRule = {
  subtype: DATA_OTA,
  what: "OTA data (data, ota)",
  several: "multiple-otadata",
  size: "otadata-size",
};
const TEE_OTA_DATA: OtaDataRule = {
  subtype: DATA_TEE_OTA,
  what: "OTA data of the TEE (data, tee_ota)",
  several: "multiple-tee-otadata",
  size: "tee-otadata-size",
};

/** Two sectors, one for each copy. */
const OTA_DATA_BYTES = 2 * SECTOR_BYTES;

function checkOtaData(
  partitions: readonly Partition[],
  { subtype, what, several, size }: OtaDataRule,
): PartitionProblem[] {
  const [first, second] = partitions.filter((partition) => partition.type === DATA && partition.subtype === subtype);
  if (second !== undefined)
    return [problemOf(second, several, `There is more than one partition for ${what}.`, "subtype")];
  if (first === undefined || first.sizeBytes === OTA_DATA_BYTES) return [];
  const given = `0x${first.sizeBytes.toString(16)}`;
  return [problemOf(first, size, `The partition for ${what} has to have 0x2000 bytes, not ${given}.`, "size")];
}

function checkFlash(partitions: readonly Partition[], flashBytes: number): PartitionProblem[] {
  return partitions
    .filter(({ address, sizeBytes }) => address + sizeBytes > flashBytes)
    .map((partition) => {
      const end = `0x${(partition.address + partition.sizeBytes).toString(16)}`;
      const message = `'${partition.name}' ends at ${end}, and the flash at 0x${flashBytes.toString(16)}.`;
      return problemOf(partition, "does-not-fit-flash", message, "size");
    });
}
