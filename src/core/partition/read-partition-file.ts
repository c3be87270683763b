// Room: partition tables (CSV and binary), OTA data, and partitions by their names.
// In: bytes of files or flash, and what a table is for.
// Out: partitions, ranges of flash, plans; what is wrong, with its place.

import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { checkAddress, checkSize } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkRecord, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import type { PartitionCsvOptions } from "./csv/csv-options.ts";
import { parsePartitionCsv } from "./csv/parse-csv.ts";
import { type BinaryTableOptions, isBinaryTable, parsePartitionTable } from "./table/binary-table.ts";
import { type CheckTableOptions, checkPartitionTable } from "./table/check-table.ts";
import type { Partition } from "./table/partition.ts";
import type { PartitionProblem } from "./table/problem.ts";

export interface PartitionFileOptions extends PartitionCsvOptions, CheckTableOptions, BinaryTableOptions {}

const checkOptions: Check<PartitionFileOptions> = shape<PartitionFileOptions>({
  tableAddress: optional(checkAddress),
  primaryBootloaderAddress: optional(checkAddress),
  recoveryBootloaderAddress: optional(checkAddress),
  extraSubtypes: optional(listOf(checkText)),
  variables: optional(checkRecord as Check<Readonly<Record<string, string | undefined>>>),
  flashBytes: optional(checkSize),
  secureBoot: optional(oneOf(["v1", "v2"])),
  verify: optional(checkBoolean),
  md5: optional(checkBoolean),
});

/** A file with a partition table, and whether it can be one. */
export interface PartitionFile {
  readonly format: "binary" | "csv";
  readonly partitions: readonly Partition[];
  /** Of the file first, then of the table; the latter only where every line was understood. */
  readonly problems: readonly PartitionProblem[];
}

/**
 * A partition table from a file of either kind, told apart by its first bytes, and held to the rules.
 * `refusePartitionProblems(file.problems)` throws where there is an error among what is wrong. Throws `argument.invalid` alone.
 */
export function readPartitionFile(bytes: ByteSource, options: PartitionFileOptions = {}): PartitionFile {
  const data = checkBytes(bytes, "bytes");
  const wanted = checkOptions(options, "options");
  const isBinary = isBinaryTable(data);
  const { partitions, problems } = isBinary ? parsePartitionTable(data, wanted) : parsePartitionCsv(data, wanted);
  const isRead = problems.every(({ level }) => level === "warning");
  return {
    format: isBinary ? "binary" : "csv",
    partitions,
    problems: isRead ? [...problems, ...checkPartitionTable(partitions, wanted)] : problems,
  };
}
