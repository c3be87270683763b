// Shelf: partition tables as CSV files (fact sheet build-outputs 2.2, 2.3).
// In: a file as text or bytes.
// Out: partitions with their addresses, and what is wrong by line and column; or text.

import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { PARTITION_TABLE_ADDRESS, type Partition } from "../table/partition.ts";
import { type PartitionProblem, problemAtLine } from "../table/problem.ts";
import { checkCsvOptions, type PartitionCsvOptions } from "./csv-options.ts";
import { csvText } from "./csv-text.ts";
import { withExtraSubtypes } from "./extra-subtypes.ts";
import { placeRows } from "./place-rows.ts";
import { type CsvRow, readRow } from "./read-row.ts";

/** What a CSV file holds. */
export interface PartitionCsv {
  readonly partitions: readonly Partition[];
  readonly problems: readonly PartitionProblem[];
}

/** No table has more lines; what is beyond it is not looked at. */
const MOST_LINES = 10_000;
const MOST_BYTES = 1024 * 1024;

/**
 * The partitions of a CSV file, those without an address placed one behind the other. Lines that cannot be understood are
 * left out, and among the problems; whether the partitions make sense is for `checkPartitionTable`. Text may be UTF-8, or any
 * Unicode with a byte order mark. Throws `argument.invalid` alone.
 */
export function parsePartitionCsv(source: string | ByteSource, options: PartitionCsvOptions = {}): PartitionCsv {
  const wanted = checkCsvOptions(options, "options");
  const bytes = typeof source === "string" ? null : checkBytes(source, "source");
  const text = typeof source === "string" ? source : bytes === null ? null : csvText(bytes.subarray(0, MOST_BYTES));
  if (text === null) {
    const start = { line: 1, column: 1 };
    return { partitions: [], problems: [problemAtLine("not-text", "The file is no text in UTF-8.", start)] };
  }
  const subtypes = withExtraSubtypes(wanted.extraSubtypes ?? []);
  const problems: PartitionProblem[] = [];
  const rows: CsvRow[] = [];
  const lines = text.split(/\r\n|\r|\n/, MOST_LINES + 1);
  if (lines.length > MOST_LINES) {
    const message = `The file has more than ${MOST_LINES} lines.`;
    problems.push(problemAtLine("too-many", message, { line: MOST_LINES + 1, column: 1 }));
  }
  lines.slice(0, MOST_LINES).forEach((line, index) => {
    const row = readRow(line, { line: index + 1, subtypes, options: wanted, problems });
    if (row !== null) rows.push(row);
  });
  const tableAddress = wanted.tableAddress ?? PARTITION_TABLE_ADDRESS;
  return { partitions: placeRows(rows, tableAddress, problems), problems };
}
