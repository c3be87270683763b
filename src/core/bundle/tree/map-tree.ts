import { checkBytes } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { anything, checkText, iterableOf, listOf } from "../../check/values.ts";
import { enterPath, listFolder, newFolders } from "./folders.ts";
import { insidePath } from "./inside-path.ts";
import type { Tree } from "./tree.ts";

const checkEntries: Check<readonly (readonly unknown[])[]> = iterableOf<readonly unknown[]>(listOf<unknown>(anything));

/**
 * A tree of files in memory, by their paths with slashes: for a page's list of files, an unpacked archive, a test. Throws
 * `argument.invalid`, and `bundle.outside` for a path that leads out.
 */
export function mapTree(files: ReadonlyMap<string, Uint8Array>): Tree {
  const contents = new Map<string, Uint8Array>();
  const folders = newFolders();
  for (const [written, bytes] of checkEntries(files, "files")) {
    const path = insidePath("", checkText(written, "files"));
    contents.set(path, checkBytes(bytes, "files"));
    enterPath(folders, path, "file");
  }
  return {
    list: async (path) => listFolder(folders, path),
    read: async (path) => contents.get(path) ?? new Uint8Array(0),
  };
}
