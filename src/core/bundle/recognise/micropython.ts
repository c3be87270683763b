import { joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";
import { findEspIdf } from "./esp-idf.ts";
import { readSingleFile } from "./single-file.ts";

/** A `build-BOARD` folder, or the port with such folders in it: it is built by ESP-IDF (fact sheet build-outputs 1.6). */
export const findMicropython: FindBuilds = async (tree, folder) => {
  const here = await buildIn(tree, folder);
  if (here !== null) return [here];
  const found: Candidate[] = [];
  for (const name of await tree.folders(folder)) {
    const build = name.startsWith("build-") ? await buildIn(tree, joined(folder, name)) : null;
    if (build !== null) found.push(build);
  }
  return found;
};

async function buildIn(tree: TreeReader, folder: string): Promise<Candidate | null> {
  if (!(await tree.hasFile(joined(folder, "micropython.bin")))) return null;
  const [parts] = (await tree.hasFile(joined(folder, "flasher_args.json"))) ? await findEspIdf(tree, folder) : [];
  const whole = joined(folder, "firmware.bin");
  if (parts === undefined && !(await tree.hasFile(whole))) return null;
  return {
    kind: "micropython",
    path: folder,
    read: async () => ({
      ...(await (parts === undefined ? readSingleFile(tree, whole) : parts.read())),
      kind: "micropython",
      howToBuild: "Run make of the port.",
    }),
  };
}
