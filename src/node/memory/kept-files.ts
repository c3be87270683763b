import { constants, type Stats } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { putUnderName } from "../files/save-file.ts";

/** How much is kept of one topic; the oldest go first. */
export interface KeptBounds {
  readonly things: number;
  readonly totalBytes: number;
  readonly thingBytes: number;
}

/** Tells what belongs to the user whose memory it is. */
export type IsOwn = (uid: number) => boolean;

export interface KeptPlace {
  readonly folder: string;
  readonly isOwn: IsOwn;
  readonly bounds: KeptBounds;
}

const OWNER_ONLY = { folder: 0o700, file: 0o600 } as const;
const OF_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
/** There the modes of files say nothing. */
const isWindows = process.platform === "win32";
const DAY_MS = 24 * 60 * 60 * 1000;
/** What a program was writing when it was ended. */
const LEFT_OVER = /^\.esptool-[0-9a-f]{1,32}\.tmp$/;

/** The content; undefined for what is not there, is no file, is somebody else's, or too large. Rejects with system errors. */
export async function readKept(place: KeptPlace, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = join(place.folder, name);
  if (!(await isOwnFolder(place)) || !isOwnFile(await lstat(path), place)) return undefined;
  // Whatever took its place since it was looked at is not followed, and not waited for.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const there = await file.stat();
    if (!isOwnFile(there, place)) return undefined;
    const bytes = new Uint8Array(there.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    // What is used is young; once a day is enough to know that.
    if (Date.now() - there.mtimeMs > DAY_MS) await file.utimes(new Date(), new Date()).catch(() => {});
    return bytes.slice(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** In one step: two who keep at once leave what one of them gave. Rejects with the system's error. */
export async function writeKept(place: KeptPlace, name: string, bytes: Uint8Array): Promise<void> {
  if (!(await makeOwnFolder(place))) return;
  const path = join(place.folder, name);
  const there = await lstat(path).catch(() => null);
  // Somebody else's in a folder of one's own: it is left for its owner to explain.
  if (there !== null && !place.isOwn(there.uid)) return;
  await putUnderName(path, bytes, OWNER_ONLY.file);
}

export async function removeKept(place: KeptPlace, name: string): Promise<void> {
  if (await isOwnFolder(place)) await rm(join(place.folder, name), { force: true });
}

/** Removes the oldest of those whose names begin so, until the rest is within the bounds. */
export async function pruneKept(place: KeptPlace, prefix: string): Promise<void> {
  const { folder, bounds } = place;
  const files: { readonly path: string; readonly size: number; readonly age: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(prefix) && !LEFT_OVER.test(name)) continue;
    const there = await lstat(path).catch(() => null);
    if (there === null || !place.isOwn(there.uid) || there.isDirectory()) continue;
    if (name.startsWith(prefix)) files.push({ path, size: there.size, age: there.mtimeMs });
    else if (Date.now() - there.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
  files.sort((a, b) => b.age - a.age);
  let total = 0;
  for (const [index, { path, size }] of files.entries()) {
    total += size;
    if (index >= bounds.things || total > bounds.totalBytes) await rm(path, { force: true });
  }
}

function isOwnFile(there: Stats, { isOwn, bounds }: KeptPlace): boolean {
  const isForAll = !isWindows && (there.mode & WRITABLE_BY_OTHERS) !== 0;
  return there.isFile() && isOwn(there.uid) && !isForAll && there.size <= bounds.thingBytes;
}

async function isOwnFolder({ folder, isOwn }: KeptPlace): Promise<boolean> {
  const there = await lstat(folder).catch(() => null);
  return there?.isDirectory() === true && isOwn(there.uid);
}

/** Makes the folder for its owner alone, whatever it was before. False where it is not the user's to make. */
async function makeOwnFolder(place: KeptPlace): Promise<boolean> {
  const { folder } = place;
  const there = await lstat(folder).catch(() => null);
  if (there === null) return await makeFolder(folder, place);
  if (!there.isDirectory() || !place.isOwn(there.uid)) return false;
  if ((there.mode & OF_OTHERS) !== 0 && !isWindows) await chmod(folder, OWNER_ONLY.folder);
  return true;
}

/** With all that leads to it. By hand: Node's own way tries without end in places like /proc, which take no folders. */
async function makeFolder(path: string, place: KeptPlace): Promise<boolean> {
  const parent = dirname(path);
  const above = await lstat(parent).catch(() => null);
  if (above === null) {
    if (parent === path || !(await makeFolder(parent, place))) return false;
    // A superuser in somebody's home, as with sudo, would leave what that user cannot use.
  } else if (process.getuid?.() === 0 && !place.isOwn(above.uid)) return false;
  await mkdir(path, { mode: OWNER_ONLY.folder }).catch((error: NodeJS.ErrnoException) => {
    // Somebody made it meanwhile.
    if (error.code !== "EEXIST") throw error;
  });
  return true;
}
