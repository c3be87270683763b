/** What a person brings: files with their contents, or the folder of a build, which is read where it is looked into. */
export interface Dropped {
  /** Of the folder, or of the first file. */
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly data: Uint8Array<ArrayBuffer> }[];
  readonly folder: FileSystemDirectoryEntry | null;
}

/** Beyond it there is no flash, and no reason to fill the memory of a page. */
export const LARGEST_BYTES: number = 256 * 1024 * 1024;

/** A file that the page will not read. */
export class TooLarge extends Error {}

export async function droppedFiles(files: readonly File[]): Promise<Dropped | null> {
  const [first] = files;
  if (first === undefined) return null;
  if (files.reduce((sum, { size }) => sum + size, 0) > LARGEST_BYTES) throw new TooLarge(first.name);
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) })),
  );
  return { name: first.name, files: read, folder: null };
}

/** Has to be called while the drop is told, since the list is empty afterwards. */
export function droppedItems(items: DataTransferItemList): Promise<Dropped | null> {
  const list = [...items];
  const folder = list.map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory === true);
  if (folder !== undefined && folder !== null)
    return Promise.resolve({ name: folder.name, files: [], folder: folder as FileSystemDirectoryEntry });
  return droppedFiles(list.map((item) => item.getAsFile()).filter((file) => file !== null));
}
