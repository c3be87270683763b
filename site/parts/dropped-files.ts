import type { Tree, TreeEntry } from "../../src/bundle.ts";
import { mapTree } from "../../src/bundle.ts";

/** What a person brings: files, or the folder of a build. */
export interface Dropped {
  readonly tree: Tree;
  /** To be read as a whole, or the one file. */
  readonly path: string;
  readonly name: string;
  /** Loose files, with their contents; none for a folder. */
  readonly files: readonly { readonly name: string; readonly data: Uint8Array<ArrayBuffer> }[];
}

/** Beyond it there is no flash, and no reason to fill the memory of a page. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** A file that the page will not read. */
export class TooLarge extends Error {}

export async function droppedFiles(files: readonly File[]): Promise<Dropped | null> {
  const [first, ...others] = files;
  if (first === undefined) return null;
  if (files.reduce((sum, { size }) => sum + size, 0) > LARGEST_BYTES) throw new TooLarge(first.name);
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) })),
  );
  const tree = mapTree(new Map(read.map(({ name, data }) => [name, data])));
  return { tree, path: others.length === 0 ? first.name : "", name: first.name, files: read };
}

/**
 * Of a drop: a folder as a tree that is read where it is looked into, or the files. Has to be called while the event is
 * told, since the list is empty afterwards.
 */
export function droppedItems(items: DataTransferItemList): Promise<Dropped | null> {
  const list = [...items];
  const folder = list.map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory === true);
  if (folder !== undefined && folder !== null)
    return Promise.resolve({
      tree: folderTree(folder as FileSystemDirectoryEntry),
      path: "",
      name: folder.name,
      files: [],
    });
  return droppedFiles(list.map((item) => item.getAsFile()).filter((file) => file !== null));
}

function folderTree(root: FileSystemDirectoryEntry): Tree {
  const folderAt = async (path: string): Promise<FileSystemDirectoryEntry | null> =>
    path === ""
      ? root
      : await new Promise((found) =>
          root.getDirectory(
            path,
            {},
            (entry) => found(entry as FileSystemDirectoryEntry),
            () => found(null),
          ),
        );
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
