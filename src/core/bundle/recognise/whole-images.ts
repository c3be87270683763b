import { recognise } from "../contents/contents.ts";
import type { FindBuilds } from "./candidate.ts";
import { readSingleFile } from "./single-file.ts";
import { isTasmota, readTasmota } from "./tasmota.ts";

const MOST_FILES = 64;

/** Images for the whole flash, as releases have them, often one a chip: they say all that is to be known. */
export const findWholeImages: FindBuilds = async (tree, folder) => {
  const found = [];
  for (const path of (await tree.ending(folder, ".bin")).slice(0, MOST_FILES)) {
    const data = await tree.read(path);
    const { merged, chip } = data === null ? { merged: null, chip: null } : recognise(data);
    if (merged === null || merged.tableAddress === null) continue;
    const kind = isTasmota(path) ? ("tasmota" as const) : ("merged" as const);
    const read = () => (kind === "tasmota" ? readTasmota(tree, path) : readSingleFile(tree, path));
    found.push({ kind, path, read, ...(chip !== null && { chip }) });
  }
  return found;
};
