import { isEspError, type Session } from "../../src/index.ts";
import { bootSlot, type Partition, readOtaData, readPartitionTable } from "../../src/partition.ts";

/** The type of partitions with programs. */
const APP = 0;

/** What is known of a board's flash, as long as its session lasts and nobody writes to it. */
const KNOWN = new WeakMap<Session, readonly Partition[] | null>();

/** The partitions of the board; null where there is no table, or none that can be read. Throws as `readPartitionTable`. */
export async function chipTable(session: Session, signal: AbortSignal): Promise<readonly Partition[] | null> {
  const known = KNOWN.get(session);
  if (known !== undefined) return known;
  const partitions = await readTable(session, signal);
  KNOWN.set(session, partitions);
  return partitions;
}

/** Flash was changed: what is known of it counts no more. */
export function forgetTable(session: Session): void {
  KNOWN.delete(session);
}

async function readTable(session: Session, signal: AbortSignal): Promise<readonly Partition[] | null> {
  if (session.secureDownload) return null;
  try {
    const { partitions, digest } = await readPartitionTable(session, { signal });
    return digest === "wrong" ? null : partitions;
  } catch (error) {
    if (isEspError(error, "partition.no-table")) return null;
    throw error;
  }
}

/** The partition of the program that starts, or would; null where the board has none, or no table. Throws as `readFlash`. */
export async function startedPartition(session: Session, signal: AbortSignal): Promise<Partition | null> {
  const partitions = await chipTable(session, signal);
  if (partitions === null) return null;
  const { partition } = bootSlot(partitions, await readOtaData(session, partitions, { signal }));
  return partition ?? partitions.find(({ type }) => type === APP) ?? null;
}
