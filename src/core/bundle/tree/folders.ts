import type { TreeEntry } from "./tree.ts";

/** What stands in which folder, by paths. */
export type Folders = Map<string, Map<string, TreeEntry>>;

export function newFolders(): Folders {
  return new Map([["", new Map()]]);
}

/** Enters a path with all folders that lead to it. */
export function enterPath(folders: Folders, path: string, kind: TreeEntry["kind"]): void {
  const parts = path.split("/");
  for (const [depth, name] of parts.entries()) {
    const isFolder = kind === "folder" || depth < parts.length - 1;
    const entries = folders.get(parts.slice(0, depth).join("/")) ?? new Map<string, TreeEntry>();
    if (entries.get(name)?.kind !== "folder") entries.set(name, { name, kind: isFolder ? "folder" : "file" });
    const own = parts.slice(0, depth + 1).join("/");
    if (isFolder && !folders.has(own)) folders.set(own, new Map());
  }
}

export function listFolder(folders: Folders, path: string): readonly TreeEntry[] | null {
  const entries = folders.get(path);
  return entries === undefined ? null : [...entries.values()];
}
