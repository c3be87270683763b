import { crc32 } from "../../bytes/crc32.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import { loadPart } from "../../load-part.ts";
import { enterPath, listFolder, newFolders } from "./folders.ts";
import type { Tree } from "./tree.ts";
import { invalid, readZipDirectory, type ZipEntry } from "./zip-directory.ts";

const DEFLATED = 8;
const MOST_FILE_BYTES = 128 * 1024 * 1024;
/** What one system leaves in archives for itself. */
const LEFTOVER = /^__MACOSX(?:\/|$)/;

/**
 * A ZIP archive as a tree for `readFlashBundle`, in a page as on a computer: a file is unpacked when it is read, no further
 * than it says it is long, and its checksum has to be right.
 *
 * Throws at once `bundle.invalid` for an archive that is damaged, encrypted, of several parts, of more than 4 GB, or that unpacks to
 * more than 1 GB, and `bundle.outside` for names that lead out of it; when a file is read, `bundle.invalid` for contents that are
 * damaged or not as long as they should be, and `bundle.outside` for a link.
 *
 * @example
 * const bundle = await readFlashBundle(zipTree(new Uint8Array(await file.arrayBuffer())));
 */
export function zipTree(bytes: ByteSource): Tree {
  const archive = checkBytes(bytes, "bytes");
  const entries = readZipDirectory(archive).filter(({ path }) => !LEFTOVER.test(path));
  const files = new Map<string, ZipEntry>();
  const folders = newFolders();
  for (const entry of entries) {
    if (entry.kind !== "folder") files.set(entry.path, entry);
    enterPath(folders, entry.path, entry.kind === "folder" ? "folder" : "file");
  }
  return {
    list: async (path) => listFolder(folders, path),
    read: async (path) => {
      const entry = files.get(path);
      return entry === undefined ? new Uint8Array(0) : await contentsOf(archive, entry);
    },
  };
}

async function contentsOf(archive: Uint8Array<ArrayBuffer>, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { path, kind, method, offset, packedBytes, sizeBytes, crc } = entry;
  if (kind === "link") {
    throw new EspError("bundle.outside", `'${path}' in the ZIP archive is a link: it is not followed.`, {
      hint: "Put the file itself into the archive.",
      details: { file: path },
    });
  }
  if (sizeBytes > MOST_FILE_BYTES) throw invalid(`'${path}' in it is larger than any flash`, path);
  const packed = archive.slice(offset, offset + packedBytes);
  const contents = method === DEFLATED ? (await unpacker()).inflateRaw(packed, sizeBytes) : packed;
  if (contents === null) throw invalid(`'${path}' in it is damaged, or not as long as it says`, path);
  if (crc32(contents) !== crc) throw invalid(`'${path}' in it is damaged: its checksum is wrong`, path);
  return contents;
}

async function unpacker(): Promise<typeof import("../../bytes/deflate.ts")> {
  return await loadPart("the compressor", () => import("../../bytes/deflate.ts"));
}
