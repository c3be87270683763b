import { equalBytes } from "../../bytes/words.ts";
import { chipById } from "../../chip/catalog.ts";
import { decodeFlashHeader } from "../../chip/flash-header.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { firmwareForChip } from "../../image/firmware-for-chip.ts";
import { readFirmwareFile } from "../../image/read-firmware-file.ts";
import { readPartitionFile } from "../../partition/read-partition-file.ts";
import { encodePartitionTable } from "../../partition/table/binary-table.ts";
import { APP } from "../../partition/table/keywords.ts";
import { type Partition, SECTOR_BYTES } from "../../partition/table/partition.ts";
import { defaultTable } from "../contents/default-table.ts";
import type { Draft, DraftFile } from "../draft.ts";
import type { BundleFact, BundleProblem, BundleSettings } from "../flash-bundle.ts";
import { offsetOf, settingsOf } from "../format/settings.ts";
import { parseToml } from "../format/toml.ts";
import { folderOf, insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

const HOW_TO_BUILD = "Run cargo build.";

/** A program of Rust as espflash writes it: made an image, with the bootloader and the table that are named or were built. */
export async function readRust(tree: TreeReader, folder: string, elf: string, chip: ChipId): Promise<Draft> {
  const espflash = await readEspflash(tree, folder);
  const [bootloader, ofBuild] = await builtParts(tree, folderOf(elf));
  const table = await tableFile(tree, espflash, ofBuild, chip);
  const place = espflash.bootloader ?? bootloader;
  const boot = place === null ? null : await tree.read(place);
  const files: DraftFile[] = [];
  if (place !== null)
    files.push({
      name: "bootloader",
      role: "bootloader",
      path: place,
      address: chipById(chip).bootloaderOffset,
      data: boot,
      source: espflash.bootloader === null ? "the build of esp-idf-sys" : espflash.path,
    });
  files.push(table.file);
  const app = await tree.read(elf);
  files.push({
    name: "app",
    role: "app",
    path: elf,
    address: appPlace(table.partitions, espflash.appPartition)?.address ?? null,
    data: app === null ? null : imageOf(app, elf, chip, settingsForApp(boot, espflash.settings, chip)),
    source: table.file.source,
  });
  return {
    kind: "rust",
    folder,
    chip,
    files,
    settings: espflash.settings,
    elfFiles: [elf],
    facts: [{ what: "the program, made an image", from: elf }, ...espflash.facts, ...table.facts],
    problems: [...table.problems, ...(place === null ? [withoutBootloader(chip)] : []), ...espflash.problems(table)],
    howToBuild: HOW_TO_BUILD,
  };
}

interface Espflash {
  readonly path: string;
  readonly bootloader: string | null;
  readonly table: string | null;
  readonly tableAddress: number | null;
  readonly appPartition: string | null;
  readonly settings: BundleSettings;
  readonly facts: readonly BundleFact[];
  problems(table: Table): BundleProblem[];
}

/** What `espflash.toml` says (fact sheet build-outputs 1.4). */
async function readEspflash(tree: TreeReader, folder: string): Promise<Espflash> {
  const path = joined(folder, "espflash.toml");
  const content = await tree.text(path);
  const toml = parseToml(content ?? "");
  const idf = toml.get("idf") ?? toml.get("idf_format_args");
  const flash = toml.get("flash");
  const word = (name: string): string | null => idf?.get(name)?.[0] ?? null;
  const inside = (name: string): string | null => {
    const written = word(name);
    return written === null ? null : insidePath(folder, written);
  };
  const appPartition = word("target_app_partition");
  return {
    path,
    bootloader: inside("bootloader"),
    table: inside("partition_table"),
    tableAddress: offsetOf(word("partition_table_offset") ?? undefined),
    appPartition,
    settings: settingsOf(
      flash?.get("mode")?.[0],
      flash?.get("frequency")?.[0]?.replace(/MHz$/i, "m"),
      flash?.get("size")?.[0],
    ),
    facts: content === null ? [] : [{ what: "settings", from: path }],
    problems: ({ partitions }) =>
      appPartition === null || partitions.some(({ name }) => name === appPartition)
        ? []
        : [
            {
              level: "error",
              code: "partition.missing",
              message: `'${path}' names the partition '${appPartition.slice(0, 40)}', and the table has none of that name.`,
              path,
            },
          ],
  };
}

/** Bootloader and table that esp-idf-sys built; nothing of builds that differ, because none of them is told to count. */
async function builtParts(tree: TreeReader, profile: string): Promise<readonly [string | null, string | null]> {
  const builds = joined(profile, "build");
  const names = (await tree.folders(builds)).filter((name) => name.startsWith("esp-idf-sys-"));
  const roots = names.map((name) => joined(joined(builds, name), "out/build"));
  return [
    await onlyOne(tree, roots, "bootloader/bootloader.bin"),
    await onlyOne(tree, roots, "partition_table/partition-table.bin"),
  ];
}

async function onlyOne(tree: TreeReader, roots: readonly string[], file: string): Promise<string | null> {
  let found: { readonly path: string; readonly data: Uint8Array } | null = null;
  const paths: string[] = [];
  for (const root of roots) {
    const path = joined(root, file);
    const data = await tree.read(path);
    if (data === null) continue;
    paths.push(path);
    if (found !== null && !equalBytes(found.data, data))
      throw new EspError("bundle.ambiguous", `There are several files that could count: ${paths.join(", ")}.`, {
        hint: "Name the right one in espflash.toml, or remove the folder of builds and build again.",
        details: { candidates: paths.map((one) => ({ path: one, kind: "rust", chip: null })) },
      });
    found ??= { path, data };
  }
  return found?.path ?? null;
}

interface Table {
  readonly file: DraftFile;
  readonly partitions: readonly Partition[];
  readonly problems: readonly BundleProblem[];
  readonly facts: readonly BundleFact[];
}

async function tableFile(tree: TreeReader, espflash: Espflash, built: string | null, chip: ChipId): Promise<Table> {
  const path = espflash.table ?? built;
  const data = path === null ? null : await tree.read(path);
  if (path !== null && data === null) {
    const file: DraftFile = {
      name: "partition-table",
      role: "partition-table",
      path,
      address: 0,
      data,
      source: espflash.path,
    };
    return { file, partitions: [], problems: [], facts: [] };
  }
  const read = data === null ? null : readPartitionFile(data);
  const partitions = read?.partitions ?? defaultTable(chip, espflash.settings.size);
  const where = path ?? "(made: as espflash makes one)";
  return {
    file: {
      name: "partition-table",
      role: "partition-table",
      path: where,
      address:
        espflash.tableAddress ?? Math.max(0, Math.min(...partitions.map(({ address }) => address)) - SECTOR_BYTES),
      data: read?.format === "binary" && data !== null ? data : encodePartitionTable(partitions),
      source: espflash.tableAddress === null ? "the sector before the first partition" : espflash.path,
    },
    partitions,
    problems: (read?.problems ?? []).map(({ level, message }) => ({
      level,
      code: "partition.invalid",
      message: `'${where}': ${message}`,
      path: where,
    })),
    facts: [{ what: "partition table", from: where }],
  };
}

function appPlace(partitions: readonly Partition[], wanted: string | null): Partition | undefined {
  if (wanted !== null) return partitions.find(({ name }) => name === wanted);
  const apps = partitions.filter(({ type }) => type === APP);
  return apps.find(({ name }) => name === "factory") ?? apps[0];
}

/** Those of the header of the bootloader, else of the project; default: what every chip can do. */
function settingsForApp(boot: Uint8Array | null, { mode, frequency, size }: BundleSettings, chip: ChipId) {
  const header = boot === null || boot.length < 4 ? null : headerOf(boot, chip);
  const pick = (said: string, read: string | null | undefined): string | undefined =>
    said === "keep" ? (read ?? undefined) : said;
  return {
    flashMode: pick(mode, header?.mode) ?? "dio",
    flashFrequency: pick(frequency, header?.frequency),
    flashSize: pick(size === "detect" ? "keep" : size, header?.size) ?? "4MB",
  };
}

function headerOf(boot: Uint8Array, chip: ChipId): ReturnType<typeof decodeFlashHeader> {
  return decodeFlashHeader(chipById(chip), { modeByte: boot[2] ?? 0, sizeFrequencyByte: boot[3] ?? 0 });
}

function imageOf(
  elf: Uint8Array<ArrayBuffer>,
  name: string,
  chip: ChipId,
  settings: ReturnType<typeof settingsForApp>,
): Uint8Array<ArrayBuffer> | null {
  const { files } = firmwareForChip(readFirmwareFile(elf, { address: 0, name }), chip, settings);
  return files[0]?.data ?? null;
}

function withoutBootloader(chip: ChipId): BundleProblem {
  return {
    level: "warning",
    code: "bundle.incomplete",
    message: `The project has no bootloader for the ${chip}: the one on the chip stays, and a blank chip will not start.`,
    hint: 'Name one in espflash.toml: [idf] bootloader = "bootloader.bin".',
    path: null,
  };
}
