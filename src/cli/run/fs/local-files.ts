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
