import type { ManifestPart } from "../../manifest/install-manifest.ts";
import { isBinaryTable, parsePartitionTable } from "../../partition/table/binary-table.ts";
import type { Partition } from "../../partition/table/partition.ts";
import type { DraftFile } from "../draft.ts";
import type { BundleProblem } from "../flash-bundle.ts";
import { recognise } from "./contents.ts";
import { splitMerged } from "./split-merged.ts";

/** A part of a manifest that was got. */
export interface PartFile {
  readonly part: ManifestPart;
  /** By which it is called in messages. */
  readonly path: string;
  /** Null: it is not there. */
  readonly data: Uint8Array<ArrayBuffer> | null;
}

/**
 * The files of a build of a manifest: images for the whole flash are taken apart, and what is for a partition by name goes
 * where the table among the files has it, else the one that is on the chip.
 */
export function filesOfParts(
  parts: readonly PartFile[],
  { source, before }: { readonly source: string; readonly before: readonly Partition[] | null },
): { readonly files: readonly DraftFile[]; readonly problems: readonly BundleProblem[] } {
  const table = tableAmong(parts) ?? before;
  const files: DraftFile[] = [];
  const problems: BundleProblem[] = [];
  for (const { part, path, data } of parts) {
    const { offset, partition, encrypted } = part;
    const place = partition === null ? undefined : table?.find(({ name }) => name === partition);
    const address = offset ?? place?.address ?? null;
    if (partition !== null) problems.push(...wrongPlace(path, partition, { place, offset, table }));
    const merged = data === null ? null : recognise(data).merged;
    if (data !== null && merged !== null && merged.address === address)
      files.push(...splitMerged(path, data, merged).map((file) => ({ ...file, encrypted })));
    else files.push({ name: null, role: null, path, address, data, encrypted, source });
  }
  return { files, problems };
}

function tableAmong(parts: readonly PartFile[]): readonly Partition[] | null {
  for (const { data } of parts) {
    if (data === null) continue;
    if (isBinaryTable(data)) return parsePartitionTable(data).partitions;
    const merged = recognise(data).merged;
    if (merged !== null && merged.tableAddress !== null) return merged.partitions;
  }
  return null;
}

function wrongPlace(
  path: string,
  partition: string,
  {
    place,
    offset,
    table,
  }: {
    readonly place: Partition | undefined;
    readonly offset: number | null;
    readonly table: readonly Partition[] | null;
  },
): BundleProblem[] {
  const error = (code: BundleProblem["code"], message: string, hint: string): BundleProblem[] => [
    { level: "error", code, message, hint, path },
  ];
  if (place === undefined) {
    if (table === null && offset !== null) return [];
    const names = (table ?? []).map(({ name }) => name).join(", ");
    const hint = names === "" ? "There is no partition table." : `There is ${names}.`;
    return error("partition.missing", `'${path}' is for the partition '${partition}', which is not there.`, hint);
  }
  if (offset === null || offset === place.address) return [];
  const message = `'${path}' is for 0x${offset.toString(16)} and for '${partition}', which begins at 0x${place.address.toString(16)}.`;
  return error("bundle.invalid", message, "The manifest and the partition table are of different builds.");
}
