import { EspError } from "../../errors.ts";

/** Windows has other characters for the same, and names of drives. */
const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:\/\/)/;
const LONGEST_PATH = 4096;

/**
 * A path that a file of the tree writes, from the folder of that file: one from the root of the tree. Throws
 * `bundle.outside` for one that leads out of it: a file that comes with a build must not choose what else is flashed.
 */
export function insidePath(folder: string, written: string): string {
  const isStrange = written === "" || written.length > LONGEST_PATH || written.includes("\0");
  if (isStrange || ABSOLUTE.test(written)) throw outside(written);
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of written.split(/[/\\]/)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw outside(written);
  }
  if (parts.length === 0) throw outside(written);
  return parts.join("/");
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function outside(path: string): EspError {
  return new EspError("bundle.outside", `'${path.slice(0, 200)}' leads out of the folder of the build.`, {
    hint: "Only what lies in the folder is flashed. Name the project's folder where the file is in another part of it.",
    details: { file: path.slice(0, LONGEST_PATH) },
  });
}
