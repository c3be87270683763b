import type { BundleProblem, FlashBundle } from "../flash-bundle.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

/** Clocks of file systems are coarse, and files of one build are made within moments. */
const TOLERANCE_MS = 2000;

/** The application that is older than the program it was made of: a build that was broken off. */
export async function staleFiles(tree: TreeReader, { files, elfFiles }: FlashBundle): Promise<BundleProblem[]> {
  const app = files.find(({ role }) => role === "app");
  const [elf] = elfFiles;
  if (app === undefined || elf === undefined) return [];
  const [made, source] = await Promise.all([tree.modifiedMs(app.path), tree.modifiedMs(elf)]);
  if (made === null || source === null || made + TOLERANCE_MS >= source) return [];
  const message = `'${app.path}' is older than '${elf}', of which it is made: the build may not have ended.`;
  return [{ level: "warning", code: "bundle.incomplete", message, path: app.path }];
}
