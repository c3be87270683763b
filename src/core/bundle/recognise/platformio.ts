import { EspError } from "../../errors.ts";
import { partitionOfFileSystem } from "../contents/file-system-place.ts";
import type { Draft, DraftFile } from "../draft.ts";
import type { BundleProblem } from "../flash-bundle.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { type Ini, parseIni } from "../format/ini.ts";
import { offsetOf, record, text } from "../format/settings.ts";
import { insidePath, joined, nameOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";
import { partsOf } from "./parts.ts";

const HOW_TO_BUILD = "Run pio run.";
const FILE_SYSTEMS = ["littlefs.bin", "spiffs.bin", "fatfs.bin"];

/** A project with its environments, or the folder of one (fact sheet build-outputs 1.2). */
export const findPlatformio: FindBuilds = async (tree, folder) => {
  const has = (name: string): Promise<boolean> => tree.hasFile(joined(folder, name));
  if (await has("platformio.ini")) return await environments(tree, folder);
  const isBuild = (await has("firmware.bin")) && ((await has("partitions.bin")) || (await has("idedata.json")));
  return isBuild ? [candidate(tree, folder)] : [];
};

async function environments(tree: TreeReader, folder: string): Promise<Candidate[]> {
  const ini = parseIni((await tree.text(joined(folder, "platformio.ini"))) ?? "");
  const builds = buildFolder(folder, ini);
  const built = await tree.folders(builds);
  const all = await Promise.all(
    built.map(async (name) => ((await tree.hasFile(joined(joined(builds, name), "firmware.bin"))) ? name : null)),
  );
  const there = all.filter((name) => name !== null);
  const defaults = listOf(ini.get("platformio")?.get("default_envs"));
  const wanted = defaults.length > 0 ? there.filter((name) => defaults.includes(name)) : there;
  if (wanted.length > 0) return wanted.map((name) => candidate(tree, joined(builds, name)));
  throw new EspError(
    "bundle.incomplete",
    `The PlatformIO project has no build${defaults.length > 0 ? ` of ${defaults.join(", ")}` : ""}.`,
    {
      hint: HOW_TO_BUILD,
      details: { folder: builds, environments: defaults },
    },
  );
}

function buildFolder(folder: string, ini: Ini): string {
  const own = ini.get("platformio");
  const build = own?.get("build_dir");
  if (build !== undefined) return insidePath(folder, build);
  return joined(insidePath(folder, own?.get("workspace_dir") ?? ".pio"), "build");
}

function listOf(words: string | undefined): string[] {
  return (words ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

function candidate(tree: TreeReader, folder: string): Candidate {
  return { kind: "platformio", path: folder, read: () => readPlatformio(tree, folder) };
}

async function readPlatformio(tree: TreeReader, folder: string): Promise<Draft> {
  const at = (name: string): string => joined(folder, name);
  const ide = record(record(await tree.json(at("idedata.json")))["extra"]);
  const images = imagesOf(ide["flash_images"]);
  // The framework is told by what lies there: one of ESP-IDF has blank OTA data of its own.
  const isEspIdf = await tree.hasFile(at("ota_data_initial.bin"));
  const tableAddress = images.find(({ name }) => name === "partitions.bin")?.address;
  const parts = await partsOf(tree, {
    app: at("firmware.bin"),
    bootloader: at("bootloader.bin"),
    table: at("partitions.bin"),
    otaData: isEspIdf
      ? at("ota_data_initial.bin")
      : (await tree.hasFile(at("boot_app0.bin")))
        ? at("boot_app0.bin")
        : null,
    tableAddress,
    boots: isEspIdf ? "factory" : "ota_0",
  });
  const files = [...parts.files, ...(await moreImages(tree, folder, images))];
  for (const name of FILE_SYSTEMS) {
    const data = await tree.read(at(name));
    const place = data === null ? null : partitionOfFileSystem(parts.partitions, name);
    if (data !== null && place !== null)
      files.push({
        name: place.name,
        role: "data",
        path: at(name),
        address: place.address,
        data,
        use: "on-request",
        source: at("partitions.bin"),
      });
  }
  const problems: BundleProblem[] = [];
  const application = offsetOf(ide["application_offset"]);
  const placed = parts.files.find(({ role }) => role === "app")?.address ?? null;
  if (application !== null && placed !== null && application !== placed) {
    const message = `PlatformIO writes the application to 0x${application.toString(16)}, and the table has it at 0x${placed.toString(16)}: the table counts.`;
    problems.push({ level: "warning", code: "bundle.invalid", message, path: at("idedata.json") });
  }
  const elf = at("firmware.elf");
  return {
    kind: "platformio",
    folder,
    chip: parts.chip,
    files,
    settings: KEEP_SETTINGS,
    elfFiles: (await tree.hasFile(elf)) ? [elf] : [],
    facts: [
      { what: "files", from: folder },
      { what: "addresses", from: at("partitions.bin") },
    ],
    problems,
    howToBuild: HOW_TO_BUILD,
  };
}

interface ExtraImage {
  readonly name: string;
  readonly address: number;
}

/** Paths there are of the computer that built: their names count, in the folder of the build. */
function imagesOf(value: unknown): ExtraImage[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).flatMap((image: unknown) => {
    const { offset, path } = record(image);
    const address = offsetOf(offset);
    const name = nameOf((text(path) ?? "").replaceAll("\\", "/"));
    return address === null || name === "" ? [] : [{ name, address }];
  });
}

const KNOWN = new Set(["bootloader.bin", "partitions.bin", "boot_app0.bin", "ota_data_initial.bin", "firmware.bin"]);

/** What a board has besides, as TinyUF2. */
async function moreImages(tree: TreeReader, folder: string, images: readonly ExtraImage[]): Promise<DraftFile[]> {
  const files: DraftFile[] = [];
  for (const { name, address } of images) {
    if (KNOWN.has(name)) continue;
    const path = joined(folder, name);
    files.push({
      name: null,
      role: null,
      path,
      address,
      data: await tree.read(path),
      source: joined(folder, "idedata.json"),
    });
  }
  return files;
}
