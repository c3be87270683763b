// Shelf: partitions' names in the place of addresses.
// In: a line, and the table of a file or a chip.
// Out: ranges of flash; files that are too large refused.

import type { Session } from "../../../index.ts";
import type { OtaData, Partition, PartitionProblemKind } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { spiConnection } from "../spi-connection.ts";
import { keepLastTable } from "./last-table.ts";
import { warnOf } from "./warn-problems.ts";

/** Where partitions are taken from. */
export interface TableSource {
  readonly partitions: readonly Partition[];
  readonly tableAddress: number;
}

/** The table of `--partition-table`, before a port is opened; null without one. Throws `file.*`, `partition.invalid`. */
export async function tableFromFile(context: RunContext): Promise<TableSource | null> {
  const { options, host } = context;
  const name = options.text("partition-table");
  if (name === undefined) return null;
  const { PARTITION_TABLE_ADDRESS, readPartitionFile, refusePartitionProblems } = await import("../../../partition.ts");
  const tableAddress = options.number("partition-table-address") ?? PARTITION_TABLE_ADDRESS;
  const file = readPartitionFile(await readInput(host, name), { tableAddress, variables: host.env });
  refusePartitionProblems(file.problems);
  await keepLastTable(context, file.partitions);
  return { partitions: file.partitions, tableAddress };
}

/** With one of these a table does not say where its partitions are. */
const UNSAFE: ReadonlySet<PartitionProblemKind> = new Set([
  "bad-magic",
  "md5-mismatch",
  "no-end-marker",
  "not-multiple-of-32",
  "overlap",
  "duplicate-name",
  "below-table",
]);

/**
 * The table of the file, else of the chip: one that is damaged, or that contradicts itself, is refused; what else is wrong
 * with it is told. Throws `partition.no-table`, `partition.invalid`, and as reading flash.
 */
export async function tableOf(context: RunContext, session: Session, file: TableSource | null): Promise<TableSource> {
  if (file !== null) return file;
  const { options, signal } = context;
  const { readPartitionTable, refusePartitionProblems } = await import("../../../partition.ts");
  const tableAddress = options.number("partition-table-address");
  const table = await readPartitionTable(session, { tableAddress, ...spiConnection(options), signal });
  refusePartitionProblems(table.problems.filter(({ kind }) => UNSAFE.has(kind)));
  await keepLastTable(context, table.partitions);
  warnOf(
    context,
    table.problems.filter(({ level }) => level === "error"),
  );
  return table;
}

/** The OTA data of the chip; null where the table has none. */
export async function otaDataOf(
  { options, signal }: RunContext,
  session: Session,
  { partitions }: TableSource,
): Promise<OtaData | null> {
  const { readOtaData } = await import("../../../partition.ts");
  return await readOtaData(session, partitions, { ...spiConnection(options), signal });
}
