import { EspError } from "../../errors.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { type BundleSettings, KEEP_SETTINGS } from "../flash-bundle.ts";
import { parseFlashArgsText } from "../format/flash-args-text.ts";
import { insidePath, joined, nameOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";
import { partsOf } from "./parts.ts";

const HOW_TO_BUILD = "Export the compiled binary again, or run arduino-cli compile.";
const OTHERS = /\.(?:merged|bootloader|partitions)\.bin$/;

/** What was exported into a folder, or a sketch with `build/BOARD` in it (fact sheet build-outputs 1.3). */
export const findArduino: FindBuilds = async (tree, folder) => {
  const here = await sketchesIn(tree, folder);
  if (here.length > 0) return here;
  const builds = joined(folder, "build");
  if ((await tree.ending(folder, ".ino")).length === 0) return [];
  const found: Candidate[] = [];
  for (const name of await tree.folders(builds)) found.push(...(await sketchesIn(tree, joined(builds, name))));
  return found;
};

async function sketchesIn(tree: TreeReader, folder: string): Promise<Candidate[]> {
  const apps = (await tree.ending(folder, ".ino.bin")).filter((path) => !OTHERS.test(path));
  return apps.map((app) => ({
    kind: "arduino",
    path: apps.length === 1 ? folder : app,
    read: () => readArduino(tree, folder, app),
  }));
}

async function readArduino(tree: TreeReader, folder: string, app: string): Promise<Draft> {
  const base = app.slice(0, -".bin".length);
  const there = async (path: string): Promise<string | null> => ((await tree.hasFile(path)) ? path : null);
  const table = await there(`${base}.partitions.bin`);
  const bootloader = await there(`${base}.bootloader.bin`);
  const listed = await listedFiles(tree, folder);
  const parts = await partsOf(tree, {
    app,
    bootloader,
    table,
    otaData: await there(joined(folder, "boot_app0.bin")),
    boots: "ota_0",
  });
  if (parts.chip !== "esp8266" && (table === null || bootloader === null)) throw incomplete(folder, base);
  const known = new Set([...parts.files.map(({ path }) => path), joined(folder, "boot_app0.bin")]);
  const elf = await there(`${base}.elf`);
  return {
    kind: "arduino",
    folder,
    chip: parts.chip,
    files: [...parts.files, ...listed.files.filter(({ path }) => !known.has(path))],
    settings: listed.settings,
    elfFiles: elf === null ? [] : [elf],
    facts: [
      { what: "files", from: folder },
      { what: "addresses", from: table ?? app },
    ],
    problems: [],
    howToBuild: HOW_TO_BUILD,
  };
}

/** Cores since 3 write what they upload. */
async function listedFiles(
  tree: TreeReader,
  folder: string,
): Promise<{ readonly settings: BundleSettings; readonly files: readonly DraftFile[] }> {
  const path = joined(folder, "flash_args");
  const content = await tree.text(path);
  if (content === null) return { settings: KEEP_SETTINGS, files: [] };
  const { settings, files } = parseFlashArgsText(content);
  const read: DraftFile[] = [];
  for (const file of files) {
    const inside = insidePath(folder, file.path);
    read.push({
      name: null,
      role: null,
      path: inside,
      address: file.address,
      data: await tree.read(inside),
      source: path,
    });
  }
  return { settings, files: read };
}

function incomplete(folder: string, base: string): EspError {
  return new EspError(
    "bundle.incomplete",
    `'${nameOf(base)}.bin' stands without its bootloader and its partition table.`,
    {
      hint: `${HOW_TO_BUILD} To write the application alone, name its file.`,
      details: { folder },
    },
  );
}
