import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { access, appendFile, copyFile, link, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { CliFiles, WriteSecretOptions } from "./host.ts";

/** The files of this computer. */
export const nodeFiles: CliFiles = {
  exists: async (path) => existsSync(path),
  read: (path) => readFile(path),
  writeAtomically,
  checkWritable,
  append: appendFile,
  writeSecret,
  isSameFile,
};

/** Only the owner may read and write it. */
const SECRET_MODE = 0o600;
const PERMISSIONS = 0o777;

async function checkWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw systemError("EISDIR", `${path} is a directory`);
  if (there !== undefined) await access(path, constants.W_OK);
  // A pipe or device is written to directly; a file is replaced, which its directory has to allow.
  if (there === undefined) await access(dirname(path), constants.W_OK | constants.X_OK);
  else if (there.isFile()) await access(dirname(await realpath(path)), constants.W_OK | constants.X_OK);
}

async function writeAtomically(path: string, data: Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) await put(path, data, { how: rename });
  else if (!there.isFile()) await writeFile(path, data);
  // A link stays one, and who may read the file stays the same.
  else await put(await realpath(path), data, { how: rename, mode: there.mode & PERMISSIONS });
}

async function writeSecret(path: string, data: Uint8Array, { replace }: WriteSecretOptions): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) await put(path, data, { how: replace ? rename : linkNew, mode: SECRET_MODE });
  else if (!there.isFile()) await writeFile(path, data);
  else if (there.size > 0 && !replace) throw systemError("EEXIST", `${path} exists`);
  else await put(await realpath(path), data, { how: rename, mode: SECRET_MODE });
}

interface Put {
  /** Gives the finished file its name. */
  readonly how: (from: string, to: string) => Promise<void>;
  readonly mode?: number;
}

/** Under its name the file is seen whole or not at all. */
async function put(path: string, data: Uint8Array, { how, mode }: Put): Promise<void> {
  // In the same folder, because renaming works only within one file system.
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, data, { flag: "wx", flush: true, ...(mode !== undefined && { mode }) });
    await how(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** As `rename`, but fails with `EEXIST` where there is something already. */
async function linkNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // A file system without links, such as FAT.
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

async function isSameFile(first: string, second: string): Promise<boolean> {
  const [one, other] = await Promise.all([first, second].map((path) => stat(path, { bigint: true }).catch(() => null)));
  if (one && other) return one.dev === other.dev && one.ino === other.ino;
  if (one || other) return false;
  const [here, there] = await Promise.all([first, second].map(placeOf));
  return here === there;
}

/** Where a file that is not there would be. */
async function placeOf(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
