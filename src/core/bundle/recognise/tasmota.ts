import { recognise } from "../contents/contents.ts";
import type { Draft } from "../draft.ts";
import { folderOf, nameOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import { readSingleFile } from "./single-file.ts";

const NAME = /^tasmota(?:32|-|\.)/;
const SAFEBOOT = /-safeboot\.bin$/;

export function isTasmota(path: string): boolean {
  return NAME.test(nameOf(path));
}

/**
 * A release (fact sheet build-outputs 1.6) by its contents. Of an application its name tells which: the one for rescue belongs into the first partition,
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
