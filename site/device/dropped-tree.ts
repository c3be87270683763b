import { mapTree, type Tree, type TreeEntry, zipTree } from "../../src/bundle.ts";
import { type Dropped, LARGEST_BYTES, TooLarge } from "../parts/dropped-files.ts";

/** Files as a build is looked for in, and the path to begin with: of the one file, or of all. */
export interface DroppedTree {
  readonly tree: Tree;
  readonly path: string;
}

/** Throws as `zipTree`. */
export function droppedTree({ files, folder }: Dropped): DroppedTree {
  if (folder !== null) return { tree: folderTree(folder), path: "" };
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0 && isZip(first.data)) return { tree: zipTree(first.data), path: "" };
  const tree = mapTree(new Map(files.map(({ name, data }) => [name, data])));
  return { tree, path: first !== undefined && others.length === 0 ? first.name : "" };
}

/** The signature of a local file header ("APPNOTE.TXT", 4.3.7), or of the end of an archive without files (4.3.16). */
function isZip(data: Uint8Array): boolean {
  return data[0] === 0x50 && data[1] === 0x4b && (data[2] === 3 || data[2] === 5);
}

function folderTree(root: FileSystemDirectoryEntry): Tree {
  const folderAt = (path: string): Promise<FileSystemDirectoryEntry | null> =>
    new Promise((found) => {
      if (path === "") found(root);
      else
        root.getDirectory(
          path,
          {},
          (entry) => found(entry as FileSystemDirectoryEntry),
          () => found(null),
        );
    });
  return {
    list: async (path) => {
      const folder = await folderAt(path);
      return folder === null ? null : await entriesOf(folder);
    },
    read: async (path) => {
      const entry = await new Promise<FileSystemFileEntry>((found, failed) =>
        root.getFile(path, {}, (one) => found(one as FileSystemFileEntry), failed),
      );
      const file = await new Promise<File>((found, failed) => entry.file(found, failed));
      if (file.size > LARGEST_BYTES) throw new TooLarge(file.name);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

const MOST_ENTRIES = 100_000;

/** A reader gives a part of the list at a time, and an empty one at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<TreeEntry[]> {
  const reader = folder.createReader();
  const all: TreeEntry[] = [];
  while (all.length < MOST_ENTRIES) {
    const some = await new Promise<FileSystemEntry[]>((found, failed) => reader.readEntries(found, failed));
    if (some.length === 0) break;
    for (const { name, isDirectory } of some) all.push({ name, kind: isDirectory ? "folder" : "file" });
  }
  return all;
}
