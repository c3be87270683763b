// Shelf: a draft held against its table and against what is in its files.
// In: a draft.
// Out: a bundle with all that is wrong with it; what a write of it would do.

import { chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { isBinaryTable, parsePartitionTable } from "../../partition/table/binary-table.ts";
import { APP, DATA, DATA_OTA } from "../../partition/table/keywords.ts";
import type { Partition } from "../../partition/table/partition.ts";
import { recognise } from "../contents/contents.ts";
import type { Draft, DraftFile } from "../draft.ts";
import type { BundleFile, BundleFileRole, BundleProblem, FlashBundle } from "../flash-bundle.ts";
import { checkFile, type FileContext } from "./check-file.ts";

interface Table {
  readonly partitions: readonly Partition[];
  readonly address: number;
  readonly problems: readonly BundleProblem[];
}

export function finishBundle(draft: Draft): FlashBundle {
  const problems: BundleProblem[] = [...draft.problems];
  const there = draft.files.filter((file) => file.data !== null);
  for (const { path, data } of draft.files) if (data === null) problems.push(missing(path, draft.howToBuild));
  const table = tableOf(there);
  if (table !== null) problems.push(...table.problems);
  const chip = draft.chip ?? chipOfFiles(there);
  const files = there.map((file) => named(file, table, chip)).sort(byAddress);
  const context: FileContext = {
    chip,
    partitions: table?.partitions ?? null,
    tableAddress: table?.address ?? null,
    howToBuild: draft.howToBuild,
  };
  for (const file of files) problems.push(...checkFile(file, context));
  const { kind, folder, settings, leavesInLoader = false, elfFiles, monitorBaud = null, facts } = draft;
  return {
    kind,
    folder,
    chip,
    files,
    settings,
    leavesInLoader,
    elfFiles,
    monitorBaud,
    partitions: table?.partitions ?? null,
    tableAddress: table?.address ?? null,
    facts,
    problems,
  };
}

function missing(path: string, howToBuild: string): BundleProblem {
  return { level: "error", code: "bundle.incomplete", message: `There is no '${path}'.`, hint: howToBuild, path };
}

function tableOf(files: readonly DraftFile[]): Table | null {
  for (const { data, address, path, role } of files) {
    const isTable = role === "partition-table" || (role === null && data !== null && isBinaryTable(data));
    if (!isTable || data === null || address === null || !isBinaryTable(data)) continue;
    const { partitions, problems } = parsePartitionTable(data);
    const told = problems.map(
      ({ level, message }): BundleProblem => ({ level, code: "partition.invalid", message, path }),
    );
    return { partitions, address, problems: told };
  }
  return null;
}

/** Where all images are for one. */
function chipOfFiles(files: readonly DraftFile[]): ChipId | null {
  const chips = new Set(files.flatMap(({ data }) => (data === null ? [] : (recognise(data).chip ?? []))));
  const [only] = chips;
  return chips.size === 1 ? (only ?? null) : null;
}

function named(file: DraftFile, table: Table | null, chip: ChipId | null): BundleFile {
  const { path, address, encrypted = false, use = "always", source } = file;
  const partition = table?.partitions.find((one) => one.address === address) ?? null;
  const role = file.role ?? roleOf(file, partition, chip);
  const fallback = role === "data" ? `0x${(address ?? 0).toString(16)}` : role;
  return {
    name: file.name ?? partition?.name ?? fallback,
    role,
    partition: partition?.name ?? file.partition ?? null,
    path,
    address,
    data: file.data ?? new Uint8Array(0),
    encrypted,
    use,
    source,
  };
}

function roleOf({ data, address }: DraftFile, partition: Partition | null, chip: ChipId | null): BundleFileRole {
  if (partition?.type === APP) return "app";
  if (partition?.type === DATA) return partition.subtype === DATA_OTA ? "ota-data" : "data";
  if (data !== null && isBinaryTable(data)) return "partition-table";
  if (chip !== null && chip !== "esp8266" && address === chipEntry(chip).bootloaderOffset) return "bootloader";
  return data !== null && recognise(data).kind === "app" ? "app" : "data";
}

function byAddress(left: BundleFile, right: BundleFile): number {
  return (left.address ?? Number.POSITIVE_INFINITY) - (right.address ?? Number.POSITIVE_INFINITY);
}
