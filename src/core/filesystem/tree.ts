import { checkBytes } from "../check/bytes.ts";
import { type Check, checkThat, optional } from "../check/check.ts";
import { wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkName } from "../check/values.ts";
import type { DirectoryToStore, FileToStore } from "./file-system.ts";
import { DEEPEST } from "./findings.ts";
import { pathError } from "./make-errors.ts";

/** A directory with what is in it, in the order in which it was given. */
export interface Folder {
  /** Empty: the root. */
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly modifiedMs: number | undefined;
  readonly attributes: ReadonlyMap<number, Uint8Array> | undefined;
  readonly items: Map<string, Item>;
}

export interface StoredFile extends FileToStore {
  readonly name: string;
}

export type Item =
  | { readonly kind: "file"; readonly file: StoredFile }
  | { readonly kind: "folder"; readonly folder: Folder };

/** The furthest that four bytes of seconds reach. */
const checkTime = optional(wholeNumber(0, 0xffff_fffe * 1000));
const checkAttributes: Check<ReadonlyMap<number, Uint8Array>> = checkThat(
  isAttributes,
  "a Map of numbers from 0 to 255 to at most 1,022 bytes",
);

export const checkFile: Check<FileToStore> = shape<FileToStore>({
  path: checkName,
  content: checkBytes,
  modifiedMs: checkTime,
  attributes: optional(checkAttributes),
});
export const checkDirectory: Check<DirectoryToStore> = shape<DirectoryToStore>({
  path: checkName,
  modifiedMs: checkTime,
  attributes: optional(checkAttributes),
});

function isAttributes(value: unknown): boolean {
  if (!(value instanceof Map)) return false;
  return [...value].every(([number, bytes]) => {
    const isNumber = Number.isInteger(number) && number >= 0 && number <= 0xff;
    return isNumber && bytes instanceof Uint8Array && bytes.length <= 0x3fe;
  });
}

/**
 * Files and directories as a tree from the root on; the directories that files are in are made. Throws `filesystem.bad-name` for
 * a path with an empty part, `.`, `..` or a NUL, one that is there twice, and one that nests too deep.
 */
export function treeOf(files: readonly FileToStore[], directories: readonly DirectoryToStore[]): Folder {
  const root = folder({ path: "", name: "", depth: 0 });
  // The shortest first, so that each is made with what is known of it.
  const shallow = [...directories].sort((left, right) => left.path.length - right.path.length);
  for (const { path, modifiedMs, attributes } of shallow) {
    const { parent, name } = placeOf(root, path);
    if (parent.items.has(name)) throw pathError(path, "twice");
    parent.items.set(name, {
      kind: "folder",
      folder: folder({ path, name, depth: parent.depth + 1, modifiedMs, attributes }),
    });
  }
  for (const file of files) {
    const { parent, name } = placeOf(root, file.path);
    if (parent.items.has(name)) throw pathError(file.path, "twice");
    parent.items.set(name, { kind: "file", file: { ...file, name } });
  }
  return root;
}

function folder(given: Partial<Folder> & Pick<Folder, "path" | "name" | "depth">): Folder {
  return { modifiedMs: undefined, attributes: undefined, items: new Map(), ...given };
}

function placeOf(root: Folder, path: string): { readonly parent: Folder; readonly name: string } {
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === ".." || name.includes("\0")))
    throw pathError(path, "parts");
  if (names.length > DEEPEST) throw pathError(path, "deep");
  const name = names.pop() ?? "";
  let parent = root;
  for (const step of names) {
    const there = parent.items.get(step);
    if (there?.kind === "file") throw pathError(path, "file");
    const next =
      there?.folder ??
      folder({ path: parent.path === "" ? step : `${parent.path}/${step}`, name: step, depth: parent.depth + 1 });
    if (there === undefined) parent.items.set(step, { kind: "folder", folder: next });
    parent = next;
  }
  return { parent, name };
}

/** The root and all below it, each before those that are in it. */
export function foldersOf(root: Folder): Folder[] {
  const found: Folder[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    const inside = [...next.items.values()].flatMap((item) => (item.kind === "folder" ? [item.folder] : []));
    waiting.push(...inside.reverse());
  }
  return found;
}
