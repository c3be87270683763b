import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** What V8 made of one file: of the functions that some runs called, and of no others. */
export interface Compiled {
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
/** All files of two versions are fewer; some 40 KB each. */
const MOST_FILES = 400;
const LARGEST_BYTES = 8 * 1024 * 1024;
/** The checksum, the number of bytes of the source, the purposes; the rest is to begin where V8 reads without copying. */
const HEADER_BYTES = 16;
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
    return keptIn(join(cacheFolder(home), "esptool-ts", "code"), 1 << (checksum(Buffer.from(purpose), 0) % PURPOSES));
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
        write(pathOf(name), [header(source, compiled, (purposes.get(name) ?? 0) | purpose), compiled]);
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
    const bytes = readFileSync(file);
    if (bytes.length <= HEADER_BYTES) return undefined;
    const code = bytes.subarray(HEADER_BYTES);
    const purposes = bytes.readUInt32LE(8);
    return header(source, code, purposes).equals(bytes.subarray(0, HEADER_BYTES)) ? { code, purposes } : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** In one step: who reads at the same time has the old one or the new one. */
function write(path: string, parts: readonly Buffer[]): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, Buffer.concat(parts), { mode: MODE.file, flag: "wx" });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** V8 does not look whether it is whole, nor what it was made of. */
function header(source: Uint8Array, compiled: Uint8Array, purposes: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32LE(checksum(compiled, checksum(source, purposes)), 0);
  bytes.writeUInt32LE(source.length, 4);
  bytes.writeUInt32LE(purposes, 8);
  return bytes;
}

/**
 * FNV-1a over words instead of bytes: against damage, not against somebody who means it, whom the rights of the files keep away.
 * Node's own checksums take longer to load than this to run.
 */
function checksum(bytes: Uint8Array, start: number): number {
  const words = Math.floor(bytes.length / 4);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const view = new Int32Array(aligned.buffer, aligned.byteOffset, words);
  let sum = (start ^ bytes.length) | 0;
  for (let index = 0; index < words; index++) sum = Math.imul(sum ^ (view[index] as number), 0x01000193);
  for (let index = words * 4; index < bytes.length; index++)
    sum = Math.imul(sum ^ (bytes[index] as number), 0x01000193);
  return sum >>> 0;
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
