import type { Draft, DraftFile } from "../draft.ts";
import { parseFlashArgsText } from "../format/flash-args-text.ts";
import { folderOf, insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { FindBuilds } from "./candidate.ts";

/** A folder with nothing but a list of files for `@flash_args`. */
export const findFlashArgs: FindBuilds = async (tree, folder) => {
  const path = joined(folder, "flash_args");
  if (!(await tree.hasFile(path)) || (await tree.hasFile(joined(folder, "flasher_args.json")))) return [];
  return [{ kind: "flash-args", path, read: () => readFlashArgs(tree, path) }];
};

export async function readFlashArgs(tree: TreeReader, path: string): Promise<Draft> {
  const folder = folderOf(path);
  const { files: listed, settings, unreadable } = parseFlashArgsText((await tree.text(path)) ?? "");
  const files: DraftFile[] = [];
  for (const { address, path: written } of listed) {
    const inside = insidePath(folder, written);
    files.push({ name: null, role: null, path: inside, address, data: await tree.read(inside), source: path });
  }
  return {
    kind: "flash-args",
    folder,
    chip: null,
    files,
    settings,
    elfFiles: [],
    facts: [{ what: "files, addresses, settings", from: path }],
    problems: unreadable.map((line) => ({
      level: "error",
      code: "bundle.invalid",
      message: `Line ${line} of '${path}' is no address with a file behind it.`,
      path,
    })),
    howToBuild: "Build again.",
  };
}
