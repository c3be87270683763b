import { recognise } from "../contents/contents.ts";
import type { Draft } from "../draft.ts";
import { folderOf, nameOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { FindBuilds } from "./candidate.ts";
import { readSingleFile } from "./single-file.ts";

const NAME = /^tasmota(?:32|-|\.)/;
const SAFEBOOT = /-safeboot\.bin$/;

/** Releases in a folder: one candidate an image for the whole flash (fact sheet build-outputs 1.6). */
export const findTasmota: FindBuilds = async (tree, folder) => {
  const whole = (await tree.ending(folder, ".factory.bin")).filter((path) => isTasmota(path));
  return whole.map((path) => ({ kind: "tasmota", path, read: () => readTasmota(tree, path) }));
};

export function isTasmota(path: string): boolean {
  return NAME.test(nameOf(path));
}

/**
 * A file by its contents. Of an application its name tells which: the one for rescue belongs into the first partition,
 * the other into the slot behind it, where the old one's way would leave a device that can do neither.
 */
export async function readTasmota(tree: TreeReader, path: string): Promise<Draft> {
  const draft = await readSingleFile(tree, path);
  const files = draft.files.map((file) =>
    file.address === null && file.data !== null && recognise(file.data).kind === "app"
      ? { ...file, partition: SAFEBOOT.test(path) ? "app:factory" : "app:ota_0" }
      : file,
  );
  return { ...draft, kind: "tasmota", folder: folderOf(path), files };
}
