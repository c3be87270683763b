import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkName, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { EspError } from "../errors.ts";
import { remakeFat } from "./fat/remake-fat.ts";
import type { DirectoryToStore, FileSystemContents, FileSystemEntry, FileToStore } from "./file-system.ts";
import { makeLittleFs } from "./littlefs/make-littlefs.ts";
import { FILE_SYSTEM_KINDS, type ParseFileSystemOptions, parseFileSystem } from "./parse-file-system.ts";
import { makeSpiffs } from "./spiffs/make-spiffs.ts";
import { checkFile } from "./tree.ts";

export interface FileSystemEdits {
  /** Files to put in; one of the same path is replaced. Directories that they are in are made. */
  readonly put?: readonly FileToStore[] | undefined;
  /** Paths of files to take out, or of directories with all that is in them. */
  readonly remove?: readonly string[] | undefined;
}

export interface EditFileSystemOptions extends ParseFileSystemOptions {
  /** Make it anew though it is damaged: what cannot be read is lost then. Default false. */
  readonly force?: boolean | undefined;
  /** For a FAT: names in small letters or longer than eight and three. Default: whether there are such names already. */
  readonly longNames?: boolean | undefined;
}

/** An image that was made anew, with what has changed in it. */
export interface EditedFileSystem {
  readonly image: Uint8Array<ArrayBuffer>;
  /** Paths, in their order. */
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly removed: readonly string[];
  /** Files of which not all was there. */
  readonly lost: readonly string[];
  /** What the image was before. */
  readonly before: FileSystemContents;
}

const checkEdits: Check<FileSystemEdits> = shape<FileSystemEdits>({
  put: optional(listOf(checkFile)),
  remove: optional(listOf(checkName)),
});
const checkOptions: Check<EditFileSystemOptions> = shape<EditFileSystemOptions>({
  kind: optional(oneOf(FILE_SYSTEM_KINDS)),
  force: optional(checkBoolean),
  longNames: optional(checkBoolean),
});

/**
 * Puts files into the image of a partition and takes files out, by making the file system anew with the settings that it has. All
 * other files, their times and what is kept with them stay; of a FAT also the state of wear levelling, but not marks such as
 * read-only and times of making. An image in which nothing changes comes back as it is.
 * Throws `filesystem.damaged` for one with damage, `file.missing` for a path to remove that is not there, `filesystem.full`,
 * `filesystem.bad-name`, and as `parseFileSystem`.
 *
 * @example
 * const { image } = editFileSystem(partition, { put: [{ path: "config.json", content }] });
 */
export function editFileSystem(
  image: ByteSource,
  edits: FileSystemEdits,
  options: EditFileSystemOptions = {},
): EditedFileSystem {
  const bytes = checkBytes(image, "image");
  const { put: given = [], remove = [] } = checkEdits(edits, "edits");
  const { force = false, longNames, kind } = checkOptions(options, "options");
  const before = parseFileSystem(bytes, { kind });
  if (before.problems.length > 0 && !force) throw damaged(before);
  const isRemoved = removal(before, remove);
  const files = new Map<string, FileToStore>();
  const lost: string[] = [];
  for (const entry of before.entries) {
    if (entry.kind !== "file" || isRemoved(entry.path)) continue;
    if (entry.content === null) lost.push(entry.path);
    else files.set(entry.path, { ...keptWith(entry), content: entry.content });
  }
  const put = given.map((file) => ({ ...file, path: pathThere(before, file.path) }));
  const there = new Map([...files, ...lost.map((path) => [path, null] as const)]);
  const changed = put.filter((file) => !isSame(files.get(file.path), file));
  for (const file of put) files.set(file.path, file);
  const directories = before.entries
    .filter((entry) => entry.kind === "directory" && !isRemoved(entry.path))
    .map(keptWith);
  const removed = before.entries.filter(({ path }) => isRemoved(path) && !files.has(path)).map(({ path }) => path);
  const paths = [...new Set(changed.map(({ path }) => path))].sort();
  const isUnchanged = changed.length === 0 && removed.length === 0 && lost.length === 0;
  return {
    image: isUnchanged ? bytes.slice() : remade(bytes, before, { files: [...files.values()], directories, longNames }),
    added: paths.filter((path) => !there.has(path)),
    replaced: paths.filter((path) => there.has(path)),
    removed,
    lost: lost.filter((path) => !paths.includes(path)),
    before,
  };
}

interface Wanted {
  readonly files: readonly FileToStore[];
  readonly directories: readonly DirectoryToStore[];
  readonly longNames: boolean | undefined;
}

function remade(
  bytes: Uint8Array<ArrayBuffer>,
  { settings, entries }: FileSystemContents,
  { files, directories, longNames }: Wanted,
): Uint8Array<ArrayBuffer> {
  if (settings.kind === "fat")
    return remakeFat(bytes, { files, directories, settings, longNames: longNames ?? hasLongNames(entries) });
  const { blockBytes } = settings;
  const sizeBytes = bytes.length - (bytes.length % blockBytes);
  const made =
    settings.kind === "spiffs"
      ? makeSpiffs(files, { ...settings, sizeBytes })
      : makeLittleFs(files, {
          sizeBytes,
          blockBytes,
          directories,
          nameBytes: Math.min(Math.max(settings.nameBytes, 1), LONGEST_NAME),
          version: settings.version === "2.0" ? "2.0" : "2.1",
          // What firmware could read of it before, it can read of it then.
          inlineBytes: Math.min(Math.max(settings.inlineBytes, SAFE_INLINE_BYTES), blockBytes >> 3),
          progBytes: Math.min(128, blockBytes),
        });
  const image = bytes.slice();
  image.set(made);
  return image;
}

/** What a tag of the format has room for. */
const LONGEST_NAME = 0x3fe;
/** The smallest cache that firmware is built with. */
const SAFE_INLINE_BYTES = 64;

function keptWith({ path, modifiedMs, attributes }: FileSystemEntry): DirectoryToStore {
  return {
    path,
    attributes,
    modifiedMs: modifiedMs !== null && modifiedMs >= 0 && modifiedMs <= LATEST_MS ? modifiedMs : undefined,
  };
}

/** The furthest that four bytes of seconds reach. */
const LATEST_MS = 0xffff_fffe * 1000;

function isSame(there: FileToStore | undefined, { content, modifiedMs, attributes }: FileToStore): boolean {
  if (there === undefined || attributes !== undefined) return false;
  if (modifiedMs !== undefined && modifiedMs !== there.modifiedMs) return false;
  return there.content.length === content.length && there.content.every((byte, at) => byte === content[at]);
}

/** To a FAT, names that differ in case alone are one. */
function pathThere({ kind, entries }: FileSystemContents, path: string): string {
  if (kind !== "fat") return path;
  return entries.find((entry) => entry.path.toLowerCase() === path.toLowerCase())?.path ?? path;
}

function removal({ entries }: FileSystemContents, remove: readonly string[]): (path: string) => boolean {
  const isIn = (path: string, word: string): boolean => path === word || path.startsWith(`${word}/`);
  const missing = remove.find((word) => !entries.some(({ path }) => isIn(path, word)));
  if (missing !== undefined)
    throw new EspError("file.missing", `There is no '${missing}' in the file system.`, {
      hint: "Look at what is there first.",
      details: { path: missing },
    });
  return (path) => remove.some((word) => isIn(path, word));
}

function hasLongNames(entries: readonly FileSystemEntry[]): boolean {
  const names = entries.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  return names.some((name) => /[a-z]/.test(name) || !/^[^.]{1,8}(?:\.[^.]{1,3})?$/.test(name));
}

function damaged({ problems }: FileSystemContents): EspError {
  const [first] = problems;
  return new EspError(
    "filesystem.damaged",
    `The file system is damaged, and making it anew would lose what is: ${first?.message ?? ""}`,
    {
      hint: "Save its files first; what is whole stays where this is done all the same.",
      details: { problems },
    },
  );
}
