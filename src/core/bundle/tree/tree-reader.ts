import { fromUtf8 } from "../../bytes/text.ts";
import { checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import { folderOf, joined, nameOf } from "./inside-path.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** A flash chip has no more than 128 MB, and a build is some files. */
const MOST_FILE_BYTES = 128 * 1024 * 1024;
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_TEXT_BYTES = 1024 * 1024;
const MOST_ENTRIES = 20_000;
const MOST_FOLDERS = 2000;

/** A tree within bounds; what was read once is kept. */
export class TreeReader {
  readonly #tree: Tree;
  readonly #folders = new Map<string, readonly TreeEntry[] | null>();
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Null where there is no such folder. Throws `bundle.invalid` for a tree without end. */
  async list(folder: string): Promise<readonly TreeEntry[] | null> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    if (this.#folders.size >= MOST_FOLDERS) throw tooMuch("has too many folders", folder);
    const entries = await this.#tree.list(folder);
    if (entries !== null && entries.length > MOST_ENTRIES) throw tooMuch("has too many files", folder);
    this.#folders.set(folder, entries);
    return entries;
  }

  async entry(path: string): Promise<TreeEntry | null> {
    const entries = await this.list(folderOf(path));
    return entries?.find(({ name }) => name === nameOf(path)) ?? null;
  }

  async modifiedMs(path: string): Promise<number | null> {
    return typeof this.#tree.modifiedMs === "function" ? await this.#tree.modifiedMs(path) : null;
  }

  async hasFile(path: string): Promise<boolean> {
    return (await this.entry(path))?.kind === "file";
  }

  /** Names of files in a folder, in order. */
  async files(folder: string): Promise<string[]> {
    return names(await this.list(folder), "file");
  }

  async folders(folder: string): Promise<string[]> {
    return names(await this.list(folder), "folder");
  }

  /** Null: there is no such file. Throws `bundle.invalid` for one beyond all bounds. */
  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    if (!(await this.hasFile(path))) return null;
    const bytes = checkBytes(await this.#tree.read(path), "tree");
    this.#bytes += bytes.length;
    if (bytes.length > MOST_FILE_BYTES || this.#bytes > MOST_BYTES) throw tooMuch("is too large", path);
    this.#files.set(path, bytes);
    return bytes;
  }

  async text(path: string): Promise<string | null> {
    const bytes = await this.read(path);
    if (bytes === null) return null;
    if (bytes.length > MOST_TEXT_BYTES) throw tooMuch("is too large for what it is", path);
    return fromUtf8(bytes);
  }

  /** The value of a JSON file; undefined where there is none. Throws `bundle.invalid`. */
  async json(path: string): Promise<unknown> {
    const text = await this.text(path);
    if (text === null) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new EspError("bundle.invalid", `'${path}' is no JSON.`, {
        hint: "Build again: the file was cut off, or changed by hand.",
        details: { file: path },
      });
    }
  }

  /** Paths of the files of a folder whose names end so. */
  async ending(folder: string, ending: string): Promise<string[]> {
    return (await this.files(folder)).filter((name) => name.endsWith(ending)).map((name) => joined(folder, name));
  }
}

function names(entries: readonly TreeEntry[] | null, kind: TreeEntry["kind"]): string[] {
  return (entries ?? [])
    .filter((entry) => entry.kind === kind)
    .map(({ name }) => name)
    .sort();
}

function tooMuch(what: string, path: string): EspError {
  return new EspError("bundle.invalid", `'${path}' ${what}.`, {
    hint: "Name the folder of one build.",
    details: { file: path },
  });
}
