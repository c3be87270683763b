import { EspError, type FileToStore } from "../../../filesystem.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { harmlessText } from "../../show/harmless-text.ts";

/** What more there is was not meant to go into a partition. */
const MOST_FILES = 20_000;
const MOST_BYTES = 0x1000_0000;
const DEEPEST = 64;

/** Files and folders of this computer, with the paths that they are to have. */
export interface LocalFiles {
  readonly files: readonly FileToStore[];
  readonly directories: readonly { readonly path: string }[];
}

/**
 * All that is in a folder, or one file under its name. Links that lead out of the folder are refused: their targets are no part
 * of what was named. Throws `file.*`, `bundle.outside`, `filesystem.full`.
 */
export async function localFiles({ host }: RunContext, source: string): Promise<LocalFiles> {
  if (!(await host.files.isFolder(source)))
    return { files: [{ path: lastName(source), content: await readInput(host, source) }], directories: [] };
  const tree = await host.files.tree(source);
  const files: FileToStore[] = [];
  const directories: { readonly path: string }[] = [];
  let left = MOST_BYTES;
  const waiting = [{ folder: "", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder, depth } = next;
    // One that cannot be listed would be left out without a word.
    const listed = await tree.list(folder);
    if (listed === null) throw unreadable(source, folder);
    for (const { name, kind } of [...listed].sort((first, second) => (first.name < second.name ? -1 : 1))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (kind === "folder") {
        if (depth === DEEPEST || directories.length === MOST_FILES) throw tooMuch(source);
        directories.push({ path });
        waiting.push({ folder: path, depth: depth + 1 });
        continue;
      }
      const content = await tree.read(path);
      left -= content.length;
      if (left < 0 || files.length === MOST_FILES) throw tooMuch(source);
      files.push({ path, content });
    }
  }
  return { files, directories };
}

/** The same of several places, put together. Throws `argument.conflict` for what two of them have under one name. */
export async function allLocalFiles(context: RunContext, sources: readonly string[]): Promise<LocalFiles> {
  const files = new Map<string, { readonly file: FileToStore; readonly from: string }>();
  const folders = new Map<string, string>();
  for (const written of sources) {
    const from = written.replace(/(?<=.)[\\/]+$/, "");
    const local = await localFiles(context, from);
    for (const { path } of local.directories) folders.set(path, from);
    for (const file of local.files) {
      const other = files.get(file.path);
      if (other !== undefined) throw sameName(file.path, other.from, from);
      files.set(file.path, { file, from });
    }
  }
  for (const [path, from] of folders) {
    const other = files.get(path);
    if (other !== undefined) throw sameName(path, other.from, from);
  }
  const sizeBytes = [...files.values()].reduce((sum, { file }) => sum + file.content.length, 0);
  if (files.size > MOST_FILES || folders.size > MOST_FILES || sizeBytes > MOST_BYTES)
    throw tooMuch(sources.join("', '"));
  return {
    files: [...files.values()].map(({ file }) => file),
    directories: [...folders.keys()].map((path) => ({ path })),
  };
}

function sameName(path: string, first: string, second: string): EspError {
  const [one, other] = [first, second].map((source) => placeIn(source, path));
  return new EspError("argument.conflict", `'${one}' and '${other}' would both be '${harmlessText(path)}'.`, {
    hint: "Leave one of them out, or give it another name.",
    details: { path, sources: [first, second] },
  });
}

/** Of a file that was named itself its own path. */
function placeIn(source: string, path: string): string {
  return harmlessText(lastName(source) === path ? source : `${source}/${path}`);
}

function lastName(path: string): string {
  return path.replace(/\\/g, "/").split("/").at(-1) ?? path;
}

function unreadable(source: string, folder: string): EspError {
  const shown = harmlessText(folder === "" ? source : `${source}/${folder}`);
  return new EspError("file.unreadable", `The folder '${shown}' cannot be read.`, {
    hint: "Give a folder that you may read.",
    details: { folder },
  });
}

function tooMuch(source: string): EspError {
  return new EspError("filesystem.full", `There is more in '${harmlessText(source)}' than any flash has room for.`, {
    hint: "Give the folder whose files are meant.",
    details: { folder: source },
  });
}
