import type { HostMemory } from "../../../index.ts";
import type { Partition } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { hostMemory } from "../host-memory.ts";

/** What this computer remembers: the table that a command has read last, for completion. */
const TOPIC = "partition-table";
const KEY = "last";
/** As many as a table with a digest holds (fact sheet build-outputs 2.1). */
const MOST_PARTITIONS = 94;

/** To be called by whatever has read a table that names may be taken from. */
export async function keepLastTable(
  context: Pick<RunContext, "host" | "options">,
  partitions: readonly Partition[],
): Promise<void> {
  if (partitions.length === 0) return;
  const { encodePartitionTable } = await import("../../../partition.ts");
  await hostMemory(context).keep(TOPIC, KEY, encodePartitionTable(partitions.slice(0, MOST_PARTITIONS)));
}

/** Empty where none is remembered, or what is remembered is not as it was kept. */
export async function lastTable(memory: HostMemory): Promise<readonly Partition[]> {
  const { PARTITION_TABLE_BYTES, parsePartitionTable } = await import("../../../partition.ts");
  const kept = await memory.recall(TOPIC, KEY);
  if (kept === undefined || kept.length !== PARTITION_TABLE_BYTES) return [];
  const { partitions, digest, problems } = parsePartitionTable(kept);
  return digest === "right" && problems.every(({ kind }) => kind !== "bad-magic") ? partitions : [];
}
