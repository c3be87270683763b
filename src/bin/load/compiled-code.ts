import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { readingRoom } from "./reading-room.ts";

/** What V8 made of one file: of the functions that some runs called, and of no others. */
export interface Compiled {
  /** Valid until the next is recalled. */
  readonly code: Buffer;
  /** A run for this purpose was among them. */
  readonly isForThis: boolean;
}

/** What V8 made of the files of a program, kept for the next time: half of the start-up time. */
export interface CompiledCode {
  /** What was made of this very text; undefined where there is nothing that can be trusted. */
  recall(name: string, source: Uint8Array): Compiled | undefined;
  keep(name: string, source: Uint8Array, compiled: Buffer): void;
}

const MODE = { folder: 0o700, file: 0o600 } as const;
const WRITABLE_BY_OTHERS = 0o022;
/** All files of two versions are fewer; some 120 KB each. */
const MOST_FILES = 400;
const LARGEST_BYTES = 16 * 1024 * 1024;
/** What is compared is to stay where the processor has it at hand. */
const PIECE_BYTES = 64 * 1024;
const keptRoom = readingRoom();
const comparedRoom = readingRoom();
/** The purposes; the code is to begin where V8 reads without copying. */
const HEADER_BYTES = 8;
const PURPOSES = 31;

/**
 * The user's own, or null where there is no place for it. What somebody else could have put there would be run: so folder and
 * files must belong to the user and be writable by nobody else, a home of another user (as with `sudo -E`) is left alone, and
 * no folder for temporary files is used.
 *
 * `purpose`: a word for what runs call much the same functions for, such as the command. Some of them may count as one.
 */
export function compiledCode(purpose: string): CompiledCode | null {
  try {
    const home = homedir();
    if (!isOfUser(statSync(home))) return null;
    return keptIn(join(cacheFolder(home), "esptool-ts", "code"), purposeBit(purpose));
  } catch {
    // No home: nothing is kept.
    return null;
  }
}

/** Where programs of this system keep what they can make again. */
function cacheFolder(home: string): string {
  const { env, platform } = process;
  if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  return env["XDG_CACHE_HOME"] || join(home, ".cache");
}

function keptIn(folder: string, purpose: number): CompiledCode {
  // Other versions of V8 make other code of it. What else it depends on V8 looks at by itself.
  const pathOf = (name: string): string => join(folder, `${name}-${process.versions.v8}-${process.arch}`);
  let isTrusted: boolean | undefined;
  const purposes = new Map<string, number>();
  return {
    recall: (name, source) => {
      isTrusted ??= isOwnFolder(folder);
      const kept = isTrusted ? readKept(pathOf(name), source) : undefined;
      if (kept === undefined) return undefined;
      purposes.set(name, kept.purposes);
      return { code: kept.code, isForThis: (kept.purposes & purpose) !== 0 };
    },
    keep: (name, source, compiled) => {
      try {
        if (!makeOwnFolder(folder)) return;
        removeOldest(folder);
        write(pathOf(name), packed(source, compiled, (purposes.get(name) ?? 0) | purpose));
      } catch {
        // A disk that is full or cannot be written: the next time takes as long as this one.
      }
    },
  };
}

function readKept(path: string, source: Uint8Array): { readonly code: Buffer; readonly purposes: number } | undefined {
  let file: number | undefined;
  try {
    // Whatever took its place is not followed, and not waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const there = fstatSync(file);
    if (!there.isFile() || !isOwn(there) || there.size > LARGEST_BYTES) return undefined;
    const half = (there.size - source.length) / 2;
    if (!Number.isInteger(half) || half <= HEADER_BYTES) return undefined;
    const kept = keptRoom.read(file, half);
    const isWhole = holdsNext(file, kept) && holdsNext(file, source);
    return isWhole ? { code: kept.subarray(HEADER_BYTES), purposes: kept.readUInt32LE(0) } : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** In one step: who reads at the same time has the old one or the new one. */
function write(path: string, bytes: Buffer): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, bytes, { mode: MODE.file, flag: "wx" });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/**
 * V8 does not look whether it is whole, nor what it was made of: so it stands there twice, and then what it was made of. The
 * system compares in no time; a checksum would have to be computed by us, or by what Node takes milliseconds to load.
 * Against damage, not against somebody who means it, whom the rights of the files keep away.
 */
function packed(source: Uint8Array, compiled: Uint8Array, purposes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(purposes, 0);
  return Buffer.concat([header, compiled, header, compiled, source]);
}

/** Whether the file goes on with these bytes. */
function holdsNext(file: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const expected = bytes.subarray(at, at + PIECE_BYTES);
    if (!comparedRoom.read(file, expected.length).equals(expected)) return false;
  }
  return true;
}

/** One of the bits of a number for each word, by its FNV-1a. */
function purposeBit(word: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(word)) sum = Math.imul(sum ^ byte, 0x01000193);
  return 1 << ((sum >>> 0) % PURPOSES);
}

/** Windows knows no such thing; there the folder lies in the user's own. */
function isOfUser({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

function isOwn(there: Stats): boolean {
  return isOfUser(there) && (process.getuid === undefined || (there.mode & WRITABLE_BY_OTHERS) === 0);
}

function isOwnFolder(folder: string): boolean {
  try {
    const there = lstatSync(folder);
    return there.isDirectory() && isOwn(there);
  } catch {
    return false;
  }
}

/** With all that leads to it. By hand: Node's own way tries without end in places like /proc, which take no folders. */
function makeOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: MODE.folder });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return isOwnFolder(folder);
    const parent = dirname(folder);
    if (code !== "ENOENT" || parent === folder) return false;
    makeOwnFolder(parent);
    mkdirSync(folder, { mode: MODE.folder });
    return true;
  }
}

function removeOldest(folder: string): void {
  const names = readdirSync(folder);
  if (names.length < MOST_FILES) return;
  const files = names.map((name) => ({ path: join(folder, name), age: lstatSync(join(folder, name)).mtimeMs }));
  files.sort((a, b) => a.age - b.age);
  for (const { path } of files.slice(0, MOST_FILES / 2)) rmSync(path, { force: true });
}
