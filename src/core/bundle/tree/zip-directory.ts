import { strictUtf8 } from "../../bytes/text.ts";
import { readU16, readU32 } from "../../bytes/words.ts";
import { EspError, isEspError } from "../../errors.ts";
import { insidePath } from "./inside-path.ts";

/** One file of an archive, as its directory tells of it. */
export interface ZipEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  /** 0: stored as it is, 8: deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where the packed contents begin in the archive. */
  readonly offset: number;
}

// Signatures and places of fields: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const LOCAL = 0x0403_4b50;
const LOCAL_BYTES = 30;
const CENTRAL = 0x0201_4b50;
const CENTRAL_BYTES = 46;
const END = 0x0605_4b50;
const END_BYTES = 22;
const MOST_COMMENT_BYTES = 0xffff;
const ENCRYPTED = 0x2041;
const UTF8 = 0x800;
const UNIX = 3;
const UNIX_KIND = 0o170000;
const UNIX_LINK = 0o120000;
const STORED = 0;
const DEFLATED = 8;

const MOST_ENTRIES = 20_000;
/** As much as a build may have in all. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * The directory of a ZIP archive, held against the files themselves, so that no two readers can see two archives. Throws
 * `bundle.invalid` for what is damaged, encrypted, split or too large, has a name twice or files within each other;
 * `bundle.outside` for a name that leads out of the archive.
 */
export function readZipDirectory(bytes: Uint8Array<ArrayBuffer>): readonly ZipEntry[] {
  const { count, start, end } = readEnd(bytes);
  const entries: ZipEntry[] = [];
  const spans: Span[] = [];
  let at = start;
  let total = 0;
  for (let index = 0; index < count; index++) {
    const { entry, next, span } = readEntry(bytes, at, start);
    if (next > end) throw invalid("its directory is cut off");
    at = next;
    total += entry.sizeBytes;
    if (total > MOST_BYTES) throw invalid("it holds more than 1 GB");
    entries.push(entry);
    spans.push(span);
  }
  if (at !== end) throw invalid("its directory has other entries than it says");
  requireApart(spans);
  requireOnce(entries);
  return entries;
}

/** The last record of the file; what may stand behind it is a comment, and that ends with the file. */
function readEnd(bytes: Uint8Array<ArrayBuffer>): { count: number; start: number; end: number } {
  const first = Math.max(0, bytes.length - END_BYTES - MOST_COMMENT_BYTES);
  for (let at = bytes.length - END_BYTES; at >= first; at--) {
    if (readU32(bytes, at) !== END || at + END_BYTES + readU16(bytes, at + 20) !== bytes.length) continue;
    const [disk, directoryDisk] = [readU16(bytes, at + 4), readU16(bytes, at + 6)];
    const [here, count] = [readU16(bytes, at + 8), readU16(bytes, at + 10)];
    const [sizeBytes, start] = [readU32(bytes, at + 12), readU32(bytes, at + 16)];
    if (count === 0xffff || sizeBytes === 0xffff_ffff || start === 0xffff_ffff) throw zip64();
    if (disk !== 0 || directoryDisk !== 0 || here !== count) throw invalid("it is one part of several");
    if (count > MOST_ENTRIES) throw invalid("it has too many files");
    if (start + sizeBytes !== at) throw invalid("its directory is not where it says");
    return { count, start, end: at };
  }
  throw invalid("it is cut off: its directory is missing");
}

/** Where a file stands, with the header before it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function readEntry(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  directory: number,
): { readonly entry: ZipEntry; readonly next: number; readonly span: Span } {
  if (at + CENTRAL_BYTES > bytes.length || readU32(bytes, at) !== CENTRAL) throw invalid("its directory is damaged");
  const flags = readU16(bytes, at + 8);
  const method = readU16(bytes, at + 10);
  const [crc, packedBytes, sizeBytes] = [readU32(bytes, at + 16), readU32(bytes, at + 20), readU32(bytes, at + 24)];
  const nameBytes = readU16(bytes, at + 28);
  const next = at + CENTRAL_BYTES + nameBytes + readU16(bytes, at + 30) + readU16(bytes, at + 32);
  const local = readU32(bytes, at + 42);
  const name = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
  const { path, isFolder } = pathOf(name, (flags & UTF8) !== 0);
  const say = (what: string): EspError => invalid(`'${path}' in it ${what}`, path);
  if ((flags & ENCRYPTED) !== 0) throw say("is encrypted");
  if ([packedBytes, sizeBytes, local].includes(0xffff_ffff)) throw zip64();
  if (method !== STORED && method !== DEFLATED) throw say(`is packed by a method (${method}) that is not read`);
  if (method === STORED && packedBytes !== sizeBytes) throw say("has two sizes");
  const offset = contentsAt(bytes, local, { name, method, flags }, say);
  if (offset + packedBytes > directory) throw say("reaches into the directory");
  const isLink = bytes[at + 5] === UNIX && ((readU32(bytes, at + 38) >>> 16) & UNIX_KIND) === UNIX_LINK && !isFolder;
  const kind = isFolder ? "folder" : isLink ? "link" : "file";
  return {
    entry: { path, kind, method, crc, packedBytes, sizeBytes, offset },
    next,
    span: { from: local, to: offset + packedBytes },
  };
}

/** The header in front of the contents has to say the same as the directory. */
function contentsAt(
  bytes: Uint8Array,
  local: number,
  wanted: { readonly name: Uint8Array; readonly method: number; readonly flags: number },
  say: (what: string) => EspError,
): number {
  if (local + LOCAL_BYTES > bytes.length || readU32(bytes, local) !== LOCAL) throw say("is not where it should be");
  const nameBytes = readU16(bytes, local + 26);
  const name = bytes.subarray(local + LOCAL_BYTES, local + LOCAL_BYTES + nameBytes);
  const isSame =
    name.length === wanted.name.length &&
    name.every((byte, index) => byte === wanted.name[index]) &&
    readU16(bytes, local + 8) === wanted.method &&
    ((readU16(bytes, local + 6) ^ wanted.flags) & ENCRYPTED) === 0;
  if (!isSame) throw say("is another file than the directory tells of");
  return local + LOCAL_BYTES + nameBytes + readU16(bytes, local + 28);
}

function pathOf(name: Uint8Array, isUtf8: boolean): { readonly path: string; readonly isFolder: boolean } {
  const text = strictUtf8(name) ?? (isUtf8 ? null : String.fromCharCode(...name.subarray(0, 4096)));
  if (text === null) throw invalid("a name in it is damaged");
  const isFolder = text.endsWith("/");
  const written = isFolder ? text.slice(0, -1) : text;
  // Of one file there is one way to write its path.
  if (pathInside(written) !== written) {
    throw new EspError("bundle.outside", `The ZIP archive has a file '${text.slice(0, 200)}', which leads out of it.`, {
      hint: "Nothing of it was read: an archive with such names was not made by a build.",
      details: { file: text.slice(0, 4096) },
    });
  }
  return { path: written, isFolder };
}

function pathInside(written: string): string | null {
  try {
    return insidePath("", written);
  } catch (error) {
    if (isEspError(error, "bundle.outside")) return null;
    throw error;
  }
}

/** Files within each other are how small archives become endless ones. */
function requireApart(spans: readonly Span[]): void {
  let before = 0;
  for (const { from, to } of spans.toSorted((left, right) => left.from - right.from)) {
    if (from < before) throw invalid("two files of it lie within each other");
    before = to;
  }
}

/** No path twice, and no file that is a folder, too. */
function requireOnce(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { path, kind } of entries) {
    if (kind === "folder") folders.add(path);
    else if (files.has(path)) throw invalid(`'${path}' is in it twice`, path);
    else files.add(path);
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join("/"));
  }
  for (const path of files) if (folders.has(path)) throw invalid(`'${path}' in it is a file and a folder`, path);
}

function zip64(): EspError {
  return invalid("it is of the kind for more than 4 GB (ZIP64)");
}

export function invalid(what: string, path: string | null = null): EspError {
  return new EspError("bundle.invalid", `The ZIP archive cannot be used: ${what}.`, {
    hint: "Load it again if it was cut off, or unpack it and name the folder.",
    details: { file: path },
  });
}
