import { chipById, findChip } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { PARTITION_TABLE_ADDRESS } from "../../partition/table/partition.ts";
import { chipOf, recognise } from "../contents/contents.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { isOn, type Kconfig, parseKconfig } from "../format/kconfig.ts";
import { offsetOf } from "../format/settings.ts";
import { joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { FindBuilds } from "./candidate.ts";

const HOW_TO_BUILD = "Run make.";
/** Of the old layout and of the one with MCUboot (fact sheet build-outputs 1.6). */
const APP_ADDRESS = 0x1_0000;

/** The folder of NuttX itself: builds are made in it. */
export const findNuttx: FindBuilds = async (tree, folder) => {
  const has = (name: string): Promise<boolean> => tree.hasFile(joined(folder, name));
  if (!(await has("nuttx.bin")) || !((await has(".config")) || (await has("nuttx")))) return [];
  return [{ kind: "nuttx", path: folder, read: () => readNuttx(tree, folder) }];
};

async function readNuttx(tree: TreeReader, folder: string): Promise<Draft> {
  const config = parseKconfig((await tree.text(joined(folder, ".config"))) ?? "");
  const app = joined(folder, "nuttx.bin");
  const data = await tree.read(app);
  const chip = chipSaid(config) ?? (data === null ? null : chipOf(data));
  const starts = startOf(config, data);
  const before = chip === null ? [] : await filesBefore(tree, folder, starts, chip);
  const elf = joined(folder, "nuttx");
  return {
    kind: "nuttx",
    folder,
    chip,
    files: [
      ...before,
      { name: "app", role: "app", path: app, address: appAddress(starts, config, chip), data, source: starts },
    ],
    settings: KEEP_SETTINGS,
    elfFiles: (await tree.hasFile(elf)) ? [elf] : [],
    facts: [{ what: `addresses: ${starts}`, from: joined(folder, ".config") }],
    problems: [],
    howToBuild: HOW_TO_BUILD,
  };
}

const STARTS = {
  simple: "the chip starts it by itself",
  legacy: "a bootloader starts it by a partition table",
  mcuboot: "MCUboot starts it",
} as const;
type Start = (typeof STARTS)[keyof typeof STARTS];

function startOf(config: Kconfig, data: Uint8Array<ArrayBuffer> | null): Start {
  if (data !== null && recognise(data).kind === "mcuboot") return STARTS.mcuboot;
  if (isOn(config, "_APP_FORMAT_MCUBOOT", "_BOOTLOADER_MCUBOOT")) return STARTS.mcuboot;
  return isOn(config, "_APP_FORMAT_LEGACY") ? STARTS.legacy : STARTS.simple;
}

function appAddress(starts: Start, config: Kconfig, chip: ChipId | null): number | null {
  if (starts === STARTS.simple) return chip === null ? null : chipById(chip).bootloaderOffset;
  const slot = [...config].find(([name]) => name.endsWith("_OTA_PRIMARY_SLOT_OFFSET"))?.[1];
  return (starts === STARTS.mcuboot ? offsetOf(slot) : null) ?? APP_ADDRESS;
}

/** What `make flash` writes before the application; what was not fetched or built stays as it is on the chip. */
async function filesBefore(tree: TreeReader, folder: string, starts: Start, chip: ChipId): Promise<DraftFile[]> {
  const files: DraftFile[] = [];
  const add = async (name: string, role: DraftFile["role"], file: string, address: number): Promise<void> => {
    const path = joined(folder, file);
    const data = await tree.read(path);
    if (data !== null) files.push({ name, role, path, address, data, source: starts });
  };
  const { bootloaderOffset } = chipById(chip);
  if (starts === STARTS.mcuboot) await add("mcuboot", "app", `mcuboot-${chip}.bin`, bootloaderOffset);
  if (starts === STARTS.legacy) {
    await add("bootloader", "bootloader", `bootloader-${chip}.bin`, bootloaderOffset);
    await add("partition-table", "partition-table", `partition-table-${chip}.bin`, PARTITION_TABLE_ADDRESS);
  }
  return files;
}

function chipSaid(config: Kconfig): ChipId | null {
  for (const name of ["CONFIG_ESPRESSIF_CHIP_SERIES", "CONFIG_ARCH_CHIP"]) {
    const chip = findChip(config.get(name) ?? "");
    if (chip !== undefined) return chip.id;
  }
  return null;
}
