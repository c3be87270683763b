import { roundUp } from "../../bytes/words.ts";
import { type Partition, SECTOR_BYTES } from "../table/partition.ts";
import { alignmentOf, isPrimary } from "../table/placement.ts";
import { type PartitionProblem, problemOf } from "../table/problem.ts";
import type { CsvRow } from "./read-row.ts";

/** Each behind the one before, where it has no address of its own (fact sheet build-outputs 2.3). */
export function placeRows(rows: readonly CsvRow[], tableAddress: number, problems: PartitionProblem[]): Partition[] {
  let cursor = tableAddress + SECTOR_BYTES;
  return rows.map((row, index) => {
    const address = row.address ?? roundUp(cursor, alignmentOf(row.type));
    const partition = partitionOf(row, address);
    if (isPrimary(row)) return partition;
    if (address < cursor) {
      const wrong = `'${row.name}' begins at 0x${address.toString(16)}, and 0x${cursor.toString(16)} is the first free address`;
      problems.push(
        index === 0
          ? problemOf(partition, "overlap-table-sector", `${wrong}, behind the partition table.`, "offset")
          : problemOf(partition, "overlap-csv-order", `${wrong}, behind the partition of the line before.`, "offset"),
      );
    }
    cursor = address + partition.sizeBytes;
    const end = row.size < 0 ? -row.size : cursor;
    if (cursor > 0xffff_ffff + 1 || end < address) {
      problems.push(problemOf(partition, "out-of-range", `'${row.name}' ends where no flash is.`, "size"));
    }
    return partition;
  });
}

function partitionOf({ size, line, columns, ...row }: CsvRow, address: number): Partition {
  const { name, type, subtype, encrypted, readonly } = row;
  const sizeBytes = size < 0 ? Math.max(0, -size - address) : size;
  return { name, type, subtype, address, sizeBytes, encrypted, readonly, source: { kind: "line", line, columns } };
}
