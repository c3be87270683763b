import { recognise } from "../contents/contents.ts";
import { splitMerged } from "../contents/split-merged.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";
import { findPlatformio } from "./platformio.ts";

const WHOLE = ["firmware.factory.bin", "firmware-factory.bin"];

/** A folder of devices, or the build of one (fact sheet build-outputs 1.5). */
export const findEsphome: FindBuilds = async (tree, folder) => {
  const found: Candidate[] = [];
  const builds = joined(folder, ".esphome/build");
  for (const device of await tree.folders(builds)) {
    const environments = joined(joined(builds, device), ".pioenvs");
    for (const name of await tree.folders(environments))
      found.push(...(await inFolder(tree, joined(environments, name))));
  }
  return [...found, ...(await inFolder(tree, folder))];
};

async function inFolder(tree: TreeReader, folder: string): Promise<Candidate[]> {
  // With a table the parts are there, as PlatformIO leaves them.
  if (await tree.hasFile(joined(folder, "partitions.bin"))) {
    return folder.includes(".pioenvs") ? [...(await findPlatformio(tree, folder))] : [];
  }
  for (const name of WHOLE) {
    const path = joined(folder, name);
    // Alone it may be anything's.
    if ((await tree.hasFile(path)) && (await tree.hasFile(joined(folder, "firmware.bin"))))
      return [{ kind: "esphome", path: folder, read: () => readWhole(tree, folder, path) }];
  }
  return [];
}

async function readWhole(tree: TreeReader, folder: string, path: string): Promise<Draft> {
  const data = await tree.read(path);
  const contents = data === null ? null : recognise(data);
  const merged = contents?.merged ?? null;
  const files: readonly DraftFile[] =
    data !== null && merged !== null
      ? splitMerged(path, data, merged)
      : [{ name: null, role: "bootloader", path, address: 0, data, source: "its name" }];
  return {
    kind: "esphome",
    folder,
    chip: contents?.chip ?? null,
    files,
    settings: KEEP_SETTINGS,
    elfFiles: [],
    facts: [{ what: "all files", from: path }],
    problems: [],
    howToBuild: "Run esphome compile.",
  };
}
