import type { Partition } from "../../partition.ts";
import type { CliHost } from "../host/host.ts";
import type { Candidate } from "../programs/offered-words.ts";
import { lastTable } from "../run/by-name/last-table.ts";

/** A table of a project. What is larger is none. */
const TABLE_FILE = "partitions.csv";
const MOST_BYTES = 0x1_0000;
/** Names come from chips and files, and go to a shell: only those in which no shell finds a meaning are offered. */
const HARMLESS = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,15}$/;

/**
 * The partitions of the table that a command has read last, else of the project in this folder; with what they are. Files that
 * cannot be read have none.
 */
export async function partitionsAtHand(
  host: Pick<CliHost, "memory" | "files">,
  { remembers }: { readonly remembers: boolean },
): Promise<readonly Candidate[]> {
  const { subtypeName, typeName } = await import("../../partition.ts");
  let table = remembers ? await lastTable(host.memory) : [];
  for (const find of [tableOfFile, tableOfBuild]) if (table.length === 0) table = await find(host).catch(() => []);
  return table.flatMap(({ name, type, subtype }) =>
    HARMLESS.test(name) ? [{ value: name, description: `${typeName(type)}, ${subtypeName(type, subtype)}` }] : [],
  );
}

async function tableOfFile({ files }: Pick<CliHost, "files">): Promise<readonly Partition[]> {
  const sizeBytes = await files.sizeOf(TABLE_FILE);
  if (sizeBytes === null || sizeBytes > MOST_BYTES) return [];
  const { readPartitionFile } = await import("../../partition.ts");
  return readPartitionFile(await files.read(TABLE_FILE)).partitions;
}

async function tableOfBuild({ files }: Pick<CliHost, "files">): Promise<readonly Partition[]> {
  const { readFlashBundle } = await import("../../bundle.ts");
  return (await readFlashBundle(await files.tree("."))).partitions ?? [];
}
