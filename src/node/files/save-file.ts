// Shelf: files of this computer: read within bounds, saved whole or in place, kept when they cannot be, locked
//   between processes.
// In: paths and bytes.
// Out: the same, or what the system says in words.

import { randomBytes } from "node:crypto";
// By its own name the module would be loaded with this file, and with it what it needs; most commands save nothing.
import { constants, promises as nodeFileSystem, type Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What saving needs of the system, so that a test can be the system. */
export type SaveFileSystem = Pick<
  typeof nodeFileSystem,
  "access" | "copyFile" | "link" | "lstat" | "open" | "realpath" | "rename" | "rm" | "stat"
>;

/** What a file is to hold: in memory, or in pieces that are asked for when they are written, perhaps more than once. */
export type SavedContents = Uint8Array | PiecedContents;

export interface PiecedContents {
  readonly sizeBytes: number;
  pieces(): AsyncIterable<Uint8Array>;
}

export interface SaveOptions {
  /**
   * Who may read it. `shared`: a new file is as the umask says. `private`: a new file is its owner's alone. In both a file
   * that is there stays as it is. `secret`: the owner's alone, whatever it was before.
   */
  readonly readers?: "shared" | "private" | "secret" | undefined;
  /** Fails with `EEXIST` where there is a file that is not empty. */
  readonly onlyNew?: boolean | undefined;
}

/** Only the owner may read and write it. */
const OWNER_ONLY = 0o600;
/** The umask takes away from this what new files should not have. */
const EVERYBODY = 0o666;
const PERMISSIONS = 0o7777;

/**
 * Saves a whole file. A new one, and one that can be replaced, is seen whole or not at all. A file with several names, one
 * whose owner could not be kept, a mount point and a file in a folder that takes no new ones are written in place, which a
 * crash can break off. Links stay links; mode and owner stay what they are. Rejects with the system's error.
 */
export async function saveFile(
  path: string,
  data: SavedContents,
  options: SaveOptions = {},
  system: SaveFileSystem = nodeFileSystem,
): Promise<void> {
  const { readers = "shared", onlyNew = false } = options;
  const there = await statIfThere(system, path);
  if (there === null) await saveNew(system, path, data, options);
  else if (!there.isFile()) await overwrite(system, path, data, null);
  else if (onlyNew && there.size > 0) throw systemError("EEXIST", `${path} exists`);
  else await saveOver(system, path, data, { there, isSecret: readers === "secret" });
}

/** Resolves when `saveFile` can be expected to work. Leaves nothing behind. Rejects with the system's error. */
export async function checkSavable(path: string, system: SaveFileSystem = nodeFileSystem): Promise<void> {
  if (/[\\/]$/.test(path)) throw systemError("EISDIR", `${path} is a directory`);
  const there = await statIfThere(system, path);
  if (there === null) {
    // Trying is the only question to which every system has a true answer.
    if (!(await isLink(system, path))) await tryToCreateIn(system, dirname(path));
  } else if (there.isDirectory()) throw systemError("EISDIR", `${path} is a directory`);
  // Opening a pipe would wait for its other end.
  else if (!there.isFile()) await system.access(path, constants.W_OK);
  // Where it cannot be replaced it is written in place, so this has to be possible and is enough.
  else await (await system.open(path, constants.O_WRONLY)).close();
}

async function saveNew(
  system: SaveFileSystem,
  path: string,
  data: SavedContents,
  { readers = "shared", onlyNew = false }: SaveOptions,
): Promise<void> {
  const mode = readers === "shared" ? EVERYBODY : OWNER_ONLY;
  // A link to a file that is yet to be made: it is made where the link says.
  if (await isLink(system, path)) await overwrite(system, path, data, { create: mode });
  else await put(system, path, data, { mode, like: null, how: onlyNew ? linkNew(system) : system.rename });
}

interface Existing {
  readonly there: Stats;
  readonly isSecret: boolean;
}

async function saveOver(
  system: SaveFileSystem,
  path: string,
  data: SavedContents,
  { there, isSecret }: Existing,
): Promise<void> {
  const inPlace = (): Promise<void> => overwrite(system, path, data, isSecret ? { chmod: OWNER_ONLY } : null);
  // Under its other names it should be the same file still; a secret should not be seen under a name forgotten long ago.
  if (there.nlink > 1 && !isSecret) return await inPlace();
  try {
    await put(system, await system.realpath(path), data, {
      mode: OWNER_ONLY,
      like: isSecret ? null : there,
      how: system.rename,
    });
  } catch (error) {
    if (!CANNOT_BE_REPLACED.has(codeOf(error))) throw error;
    await inPlace();
  }
}

/** The folder takes no file, the owner cannot be given, the name belongs to a mount: the file itself may well be written. */
const CANNOT_BE_REPLACED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "EXDEV", "EROFS"]);

interface Put {
  /** With which it is made; the umask counts. */
  readonly mode: number;
  /** The file that it takes the place of: owner and mode become those. */
  readonly like: Stats | null;
  /** Gives the finished file its name. */
  readonly how: (from: string, to: string) => Promise<void>;
}

/** Takes the place of whatever has the name, a link as well, in one step. Rejects with the system's error. */
export async function putUnderName(path: string, data: Uint8Array, mode: number): Promise<void> {
  await put(nodeFileSystem, path, data, { mode, like: null, how: nodeFileSystem.rename });
}

/** Under its name the file is seen whole or not at all. */
async function put(system: SaveFileSystem, path: string, data: SavedContents, { mode, like, how }: Put): Promise<void> {
  // In the same folder, because renaming works only within one file system.
  const temporary = temporaryIn(dirname(path));
  const file = await system.open(temporary, "wx", mode);
  try {
    try {
      if (like !== null) await takeAfter(file, like);
      await writeAll(file, data);
      await file.sync();
    } finally {
      await file.close();
    }
    await how(temporary, path);
  } finally {
    await system.rm(temporary, { force: true });
  }
}

async function writeAll(file: FileHandle, data: SavedContents): Promise<void> {
  if (!("pieces" in data)) await file.writeFile(data);
  // Each goes behind the one before.
  else for await (const piece of data.pieces()) await file.writeFile(piece);
}

/** The owner first: giving a file away takes bits of its mode. */
async function takeAfter(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  if ((own.mode & PERMISSIONS) !== (mode & PERMISSIONS)) await file.chmod(mode & PERMISSIONS);
}

/** Not in one step: who reads it meanwhile sees a part, and so does who comes after a crash. */
async function overwrite(
  system: SaveFileSystem,
  path: string,
  data: SavedContents,
  how: { readonly chmod: number } | { readonly create: number } | null,
): Promise<void> {
  const isNew = how !== null && "create" in how;
  // Not emptied when it is opened: what cannot be written leaves the old content, as far as it can.
  const flags = constants.O_WRONLY | (isNew ? constants.O_CREAT : 0);
  const file = await system.open(path, flags, isNew ? how.create : undefined);
  try {
    if (how !== null && "chmod" in how) await file.chmod(how.chmod);
    await writeAll(file, data);
    // Pipes and devices have no size and nothing to wait for.
    if (!(await file.stat()).isFile()) return;
    await file.truncate("pieces" in data ? data.sizeBytes : data.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** As `rename`, but fails with `EEXIST` where there is something already. */
function linkNew(system: SaveFileSystem): Put["how"] {
  return async (from, to) => {
    try {
      await system.link(from, to);
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw error;
      // A file system without links, such as FAT.
      await system.copyFile(from, to, constants.COPYFILE_EXCL);
    }
  };
}

async function tryToCreateIn(system: SaveFileSystem, folder: string): Promise<void> {
  const temporary = temporaryIn(folder);
  await (await system.open(temporary, "wx", OWNER_ONLY)).close();
  await system.rm(temporary, { force: true });
}

/** A short name of its own: with the file's name in it, a long one would be too long. */
function temporaryIn(folder: string): string {
  return join(folder, `.esptool-${randomBytes(6).toString("hex")}.tmp`);
}

async function statIfThere(system: SaveFileSystem, path: string): Promise<Stats | null> {
  try {
    return await system.stat(path);
  } catch (error) {
    // Anything else, such as a folder that may not be entered, is no file that is missing.
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function isLink(system: SaveFileSystem, path: string): Promise<boolean> {
  return await system.lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
