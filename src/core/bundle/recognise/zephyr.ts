import { chipById, findChip } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { chipOf, recognise } from "../contents/contents.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { parseKconfig } from "../format/kconfig.ts";
import { parseRunnersYaml } from "../format/runners-yaml.ts";
import { insidePath, joined, nameOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";

const HOW_TO_BUILD = "Run west build.";
const MCUBOOT = "mcuboot";

/** A build folder of west, of one image or of several, or a project with `build` in it (fact sheet build-outputs 1.6). */
export const findZephyr: FindBuilds = async (tree, folder) => {
  for (const one of [folder, joined(folder, "build")]) {
    const images = await imagesIn(tree, one);
    if (images.length > 0) return [candidate(tree, one, images)];
  }
  return [];
};

function candidate(tree: TreeReader, path: string, images: readonly string[]): Candidate {
  return { kind: "zephyr", path, read: () => readZephyr(tree, path, images) };
}

/** Folders with a `runners.yaml`: the folder itself, or one an image where west builds several. */
async function imagesIn(tree: TreeReader, folder: string): Promise<readonly string[]> {
  const isImage = (path: string): Promise<boolean> => tree.hasFile(joined(path, "zephyr/runners.yaml"));
  if (await isImage(folder)) return [folder];
  if (!(await tree.hasFile(joined(folder, "domains.yaml")))) return [];
  const found: string[] = [];
  for (const name of await tree.folders(folder)) {
    const path = joined(folder, name);
    if (await isImage(path)) found.push(path);
  }
  return found;
}

async function readZephyr(tree: TreeReader, folder: string, images: readonly string[]): Promise<Draft> {
  const read: Image[] = [];
  for (const path of images) read.push(await readImage(tree, path));
  const chips = new Set(read.map(({ chip }) => chip));
  const [chip = null] = chips;
  return {
    kind: "zephyr",
    folder,
    chip: chips.size === 1 ? chip : null,
    files: read.map(({ file }) => file),
    settings: KEEP_SETTINGS,
    // The application's first: the other one is only there to start it.
    elfFiles: read
      .toSorted((left, right) => Number(left.isLoader) - Number(right.isLoader))
      .flatMap(({ elf }) => elf ?? []),
    facts: images.map((path) => ({ what: "file and address", from: joined(path, "zephyr/runners.yaml") })),
    problems: [],
    howToBuild: HOW_TO_BUILD,
  };
}

interface Image {
  readonly chip: ChipId | null;
  readonly file: DraftFile;
  readonly elf: string | null;
  readonly isLoader: boolean;
}

async function readImage(tree: TreeReader, image: string): Promise<Image> {
  const folder = joined(image, "zephyr");
  const list = joined(folder, "runners.yaml");
  const { appAddress, binFile, elfFile } = parseRunnersYaml((await tree.text(list)) ?? "");
  const config = parseKconfig((await tree.text(joined(folder, ".config"))) ?? "");
  const signed = joined(folder, "zephyr.signed.bin");
  const path = (await tree.hasFile(signed)) ? signed : insidePath(folder, nameOf(binFile ?? "zephyr.bin"));
  const data = await tree.read(path);
  const elf = joined(folder, nameOf(elfFile ?? "zephyr.elf"));
  const isLoader = nameOf(image) === MCUBOOT;
  const chip = chipSaid(config) ?? (data === null ? null : chipOf(data));
  return {
    chip,
    isLoader,
    elf: (await tree.hasFile(elf)) ? elf : null,
    file: {
      name: isLoader ? MCUBOOT : "app",
      // What the chip starts by itself need not be what others call a boot loader.
      role: "app",
      path,
      address: appAddress ?? placeOf(data, chip),
      data,
      source: appAddress === null ? "the chip starts it there" : list,
    },
  };
}

/** What is no image of an application for MCUboot is started by the chip itself. */
function placeOf(data: Uint8Array<ArrayBuffer> | null, chip: ChipId | null): number | null {
  if (data === null || chip === null || recognise(data).kind === "mcuboot") return null;
  return chipById(chip).bootloaderOffset;
}

/** `CONFIG_SOC` may have more behind the name, as in `esp32_procpu`. */
function chipSaid(config: ReadonlyMap<string, string>): ChipId | null {
  const words = [config.get("CONFIG_SOC_SERIES"), config.get("CONFIG_SOC")];
  for (const word of words) {
    const chip = findChip((word ?? "").split("_")[0] ?? "");
    if (chip !== undefined) return chip.id;
  }
  return null;
}
