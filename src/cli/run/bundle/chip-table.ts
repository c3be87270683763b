import type { FlashBundle } from "../../../bundle.ts";
import { isEspError, type Session } from "../../../index.ts";
import type { PartitionTableOnChip } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { keepLastTable } from "../by-name/last-table.ts";
import { spiConnection } from "../spi-connection.ts";

/** The table that is on the chip, for what will be lost; null where there is none, or none that can be read. */
export async function chipTable(
  context: RunContext,
  session: Session,
  { tableAddress }: FlashBundle,
): Promise<PartitionTableOnChip | null> {
  if (session.secureDownload) return null;
  const { options, signal } = context;
  const { readPartitionTable } = await import("../../../partition.ts");
  const address = options.number("partition-table-address") ?? tableAddress ?? undefined;
  try {
    const table = await readPartitionTable(session, { tableAddress: address, ...spiConnection(options), signal });
    if (table.digest === "wrong") return null;
    await keepLastTable(context, table.partitions);
    return table;
  } catch (error) {
    if (isEspError(error, "partition.no-table")) return null;
    throw error;
  }
}
