import { checkBytes } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { anything, checkText, iterableOf, listOf } from "../../check/values.ts";
import { insidePath } from "./inside-path.ts";
import type { Tree, TreeEntry } from "./tree.ts";

const checkEntries: Check<readonly (readonly unknown[])[]> = iterableOf<readonly unknown[]>(listOf<unknown>(anything));

/**
 * A tree of files in memory, by their paths with slashes: for a page's list of files, an unpacked archive, a test. Throws
 * `argument.invalid`, and `bundle.outside` for a path that leads out.
 */
export function mapTree(files: ReadonlyMap<string, Uint8Array>): Tree {
  const contents = new Map<string, Uint8Array>();
  const folders = new Map<string, Map<string, TreeEntry>>([["", new Map()]]);
  for (const [written, bytes] of checkEntries(files, "files")) {
    const path = insidePath("", checkText(written, "files"));
    contents.set(path, checkBytes(bytes, "files"));
    enter(folders, path);
  }
  return {
    list: async (path) => (folders.has(path) ? [...(folders.get(path)?.values() ?? [])] : null),
    read: async (path) => contents.get(path) ?? new Uint8Array(0),
  };
}

function enter(folders: Map<string, Map<string, TreeEntry>>, path: string): void {
  const parts = path.split("/");
  for (let depth = 0; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join("/");
    const name = parts[depth] ?? "";
    const entries = folders.get(folder) ?? new Map<string, TreeEntry>();
    folders.set(folder, entries);
    const kind = depth === parts.length - 1 ? "file" : "folder";
    if (entries.get(name)?.kind !== "folder") entries.set(name, { name, kind });
  }
}
