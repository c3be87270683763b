// Room: what build systems leave behind, as files with addresses, names and roles.
// In: a folder, as a tree that can be listed and read.
// Out: a bundle with what is wrong with it, and a plan of a write of it.

import { type Check, optional } from "../check/check.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkFunction, checkText } from "../check/values.ts";
import { checkChipId } from "../chip/chip-index.ts";
import type { ChipId } from "../chip/types.ts";
import { EspError, isEspError } from "../errors.ts";
import { finishBundle } from "./finish/finish-bundle.ts";
import { staleFiles } from "./finish/stale-files.ts";
import type { FlashBundle } from "./flash-bundle.ts";
import { findArduino } from "./recognise/arduino.ts";
import type { Candidate, FindBuilds } from "./recognise/candidate.ts";
import { findEspIdf } from "./recognise/esp-idf.ts";
import { findEsphome } from "./recognise/esphome.ts";
import { findFlashArgs, readFlashArgs } from "./recognise/flash-args.ts";
import { findMicropython } from "./recognise/micropython.ts";
import { findNuttx } from "./recognise/nuttx.ts";
import { findPlatformio } from "./recognise/platformio.ts";
import { findRust } from "./recognise/rust.ts";
import { readSingleFile } from "./recognise/single-file.ts";
import { isTasmota, readTasmota } from "./recognise/tasmota.ts";
import { findWebManifest, manifestBuilds } from "./recognise/web-manifest.ts";
import { findWholeImages } from "./recognise/whole-images.ts";
import { findZephyr } from "./recognise/zephyr.ts";
import { folderOf, insidePath, nameOf } from "./tree/inside-path.ts";
import type { Tree } from "./tree/tree.ts";
import { TreeReader } from "./tree/tree-reader.ts";

export interface ReadFlashBundleOptions {
  /** A folder or file of the tree; default its root. */
  readonly path?: string | undefined;
  /** Chooses where a build is there for several. */
  readonly chip?: ChipId | undefined;
}

const checkTree: Check<Tree> = hasParts<Tree>("a tree with list and read", {
  list: checkFunction,
  read: checkFunction,
});
const checkOptions: Check<ReadFlashBundleOptions> = shape<ReadFlashBundleOptions>({
  path: optional(checkText),
  chip: optional(checkChipId),
});

/** Of a folder the first of these that finds anything counts, but for those that look at the same place. */
const SURE: readonly FindBuilds[] = [
  findPlatformio,
  findArduino,
  findEspIdf,
  findMicropython,
  findEsphome,
  findRust,
  findZephyr,
  findNuttx,
  findWebManifest,
];
const ELSE: readonly FindBuilds[] = [findFlashArgs];
const IMAGES: readonly FindBuilds[] = [findWholeImages];

/**
 * Recognises what a build system left in a folder, or what a file is, and says what goes where in flash: by the lists of
 * the build, else by the chip in the images and by the partition table. All that is wrong is among the problems; a
 * problem of level `error` keeps `planFlash` from writing its file.
 *
 * Throws `bundle.unknown` where nothing is recognised, `bundle.ambiguous` with the candidates in `details.candidates`
 * where several builds are there, `bundle.incomplete` for a project that was not built, `bundle.outside` for a path that
 * leads out of the tree, `bundle.invalid`, `image.*`.
 *
 * @example
 * const bundle = await readFlashBundle(folderTree("build"));
 * const { files } = planFlash(bundle);
 */
export async function readFlashBundle(tree: Tree, options: ReadFlashBundleOptions = {}): Promise<FlashBundle> {
  const reader = new TreeReader(checkTree(tree, "tree"));
  const { path = "", chip } = checkOptions(options, "options");
  const place = path === "" || path === "." ? "" : insidePath("", path);
  const isFile = place !== "" && (await reader.hasFile(place));
  const draft = isFile
    ? await readFile(reader, place, chip)
    : await (await only(await candidates(reader, place), place, chip)).read();
  const bundle = finishBundle(draft);
  return { ...bundle, problems: [...bundle.problems, ...(await staleFiles(reader, bundle))] };
}

async function candidates(reader: TreeReader, folder: string): Promise<readonly Candidate[]> {
  if ((await reader.list(folder)) === null) {
    throw new EspError("file.missing", `There is no '${folder}'.`, {
      hint: "Look at its name.",
      details: { file: folder },
    });
  }
  let notBuilt: EspError | null = null;
  for (const group of [SURE, ELSE, IMAGES]) {
    const found: Candidate[] = [];
    for (const find of group) {
      try {
        found.push(...(await find(reader, folder)));
      } catch (error) {
        // A project may be built by another system than the one that was not used.
        if (!isEspError(error) || error.code !== "bundle.incomplete") throw error;
        notBuilt ??= error;
      }
    }
    if (found.length > 0) return unique(found);
  }
  if (notBuilt !== null) throw notBuilt;
  const alone = await onlyFolder(reader, folder);
  return alone === null ? [] : await candidates(reader, alone);
}

/** What is in an archive is often in one folder. */
async function onlyFolder(reader: TreeReader, folder: string): Promise<string | null> {
  if (folder !== "") return null;
  const [first, second] = (await reader.list(folder)) ?? [];
  return first?.kind === "folder" && second === undefined ? first.name : null;
}

/** Two ways may lead to one build. */
function unique(found: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map(found.map((one) => [`${one.path}\0${one.chip ?? ""}`, one]));
  return [...seen.values()];
}

async function only(found: readonly Candidate[], folder: string, chip: ChipId | undefined): Promise<Candidate> {
  const fitting = chip === undefined ? found : found.filter((one) => one.chip === undefined || one.chip === chip);
  const [first, second] = fitting;
  if (first !== undefined && second === undefined) return first;
  const where = folder === "" ? "the folder" : `'${folder}'`;
  if (first === undefined) {
    throw new EspError(
      "bundle.unknown",
      `No build was found in ${where}${found.length > 0 ? ` for the ${chip}` : ""}.`,
      {
        hint: "Name the folder of a build of ESP-IDF, PlatformIO, Arduino or another system, or an image.",
        details: { folder },
      },
    );
  }
  const names = fitting.map((one) => `${one.path === "" ? "." : one.path} (${one.chip ?? one.kind})`);
  throw new EspError("bundle.ambiguous", `There are several builds in ${where}: ${names.join(", ")}.`, {
    hint: fitting.every((one) => one.chip !== undefined) ? "Say which chip it is for." : "Name one of them.",
    details: { folder, candidates: fitting.map((one) => ({ path: one.path, kind: one.kind, chip: one.chip ?? null })) },
  });
}

async function readFile(reader: TreeReader, path: string, chip: ChipId | undefined) {
  const name = nameOf(path);
  if (name === "flasher_args.json")
    return await (await only(await findEspIdf(reader, folderOf(path)), path, chip)).read();
  if (name.endsWith(".json")) return await (await only(await manifestBuilds(reader, path), path, chip)).read();
  if (/(?:^|[-_])flash_(?:project_|app_|bootloader_)?args$/.test(name)) return await readFlashArgs(reader, path);
  if (name.endsWith(".ino.bin")) {
    const sketch = (await findArduino(reader, folderOf(path))).find((one) => one.path === path);
    if (sketch !== undefined) return await sketch.read();
  }
  const program = (await cargoPrograms(reader, path)).filter((one) => one.path === path);
  if (program.length > 0) return await (await only(program, path, chip)).read();
  if (isTasmota(path)) return await readTasmota(reader, path);
  return await readSingleFile(reader, path, chip);
}

/** A program of Cargo is known by the project around it. */
async function cargoPrograms(reader: TreeReader, path: string): Promise<readonly Candidate[]> {
  const [, project] = /^(.*?)(?:^|\/)target\/[^/]+\/(?:debug|release)\/[^/]+$/.exec(path) ?? [];
  return project === undefined ? [] : await findRust(reader, project);
}
