import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { Tree, TreeEntry } from "../../core/bundle/tree/tree.ts";
import { checkName } from "../../core/check/values.ts";
import { EspError } from "../../core/errors.ts";
import { readBounded } from "./read-bounded.ts";
import { requireRegularFile } from "./regular-file.ts";

/**
 * A folder of this computer for `readFlashBundle`: read when it is asked for, and never left. Links that lead out of it
 * are not followed: a folder behind one is not there, and a file behind one is refused with `bundle.outside`. Pipes, sockets and
 * devices are refused with `file.unreadable` when they are read.
 */
export function folderTree(folder: string): Tree {
  const root = resolve(checkName(folder, "folder"));
  let realRoot: Promise<string> | null = null;
  /** Null: it is outside, or not there. */
  const inside = async (path: string): Promise<string | null> => {
    realRoot ??= realpath(root);
    const [base, real] = await Promise.all([realRoot, realpath(join(root, path)).catch(() => null)]);
    if (real === null) return null;
    const way = relative(base, real);
    const isOut = way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way;
    return isOut ? null : real;
  };
  return {
    list: async (path) => {
      const real = await inside(path).catch(() => null);
      const found = real === null ? null : await readdir(real, { withFileTypes: true }).catch(() => null);
      if (found === null) return null;
      const entries = found.map(async (entry): Promise<TreeEntry> => {
        if (!entry.isSymbolicLink()) return entryOf(entry.name, entry);
        const target = await inside(join(path, entry.name));
        // What leads out is refused when somebody wants it, rather than called missing.
        return target === null ? { name: entry.name, kind: "file" } : entryOf(entry.name, await stat(target));
      });
      return await Promise.all(entries);
    },
    read: async (path) => {
      const real = await inside(path);
      if (real !== null) {
        await requireRegularFile(real, path);
        return await readBounded(real);
      }
      throw new EspError("bundle.outside", `'${path}' is a link that leads out of the folder, or nowhere.`, {
        hint: "Copy the file into the folder.",
        details: { file: path },
      });
    },
    modifiedMs: async (path) => {
      const real = await inside(path);
      return real === null ? null : (await stat(real)).mtimeMs;
    },
  };
}

/** What is neither, such as a pipe, is refused when somebody wants it, rather than called missing or left out. */
function entryOf(name: string, kind: { isDirectory(): boolean }): TreeEntry {
  return { name, kind: kind.isDirectory() ? "folder" : "file" };
}
