import { EspError, toEspError } from "../errors.ts";
import { type ByteSource, checkBytes } from "./bytes.ts";
import { wholeNumber } from "./numbers.ts";

/** A `Blob` or `File`, as far as it is looked at. */
export interface BlobLike {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A file as programs give it: its bytes in any form, or what they can be read from. */
export type FileSource = ByteSource | BlobLike;

/** A declared type whose bytes, however deep in it, may be given as files are. */
export type WithFileSources<T> = T extends Uint8Array
  ? FileSource
  : T extends (...args: never) => unknown
    ? T
    : { [Key in keyof T]: WithFileSources<T[Key]> };

/** More than any flash that these chips have. */
const MOST_BYTES = 0x4000_0000;
const checkBlobSize = wholeNumber(0, MOST_BYTES);

/** What cannot be looked at is none. */
export function isBlob(value: unknown): value is BlobLike {
  try {
    const { size, arrayBuffer } = value as BlobLike;
    return typeof size === "number" && typeof arrayBuffer === "function";
  } catch {
    return false;
  }
}

/** For lists of files: what is no Blob is bytes. */
export function checkFile(value: unknown, argument: string): Uint8Array<ArrayBuffer> | BlobLike {
  if (!isBlob(value)) return checkBytes(value, argument);
  checkBlobSize(value.size, `${argument}.size`);
  return value;
}

/**
 * The bytes of a file. Throws `argument.invalid`, and `file.unreadable` for a Blob that cannot be read, as when its file was
 * changed after it was chosen.
 */
export async function bytesOfFile(value: unknown, argument: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = checkFile(value, argument);
  if (!isBlob(file)) return file;
  const { size } = file;
  const bytes = checkBytes(await memoryOf(file, argument), argument);
  if (bytes.length === size) return bytes;
  throw unreadable(argument, `it gave ${bytes.length} of ${size} bytes.`);
}

async function memoryOf(blob: BlobLike, argument: string): Promise<unknown> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    throw unreadable(argument, toEspError(cause).message, cause);
  }
}

function unreadable(argument: string, why: string, cause?: unknown): EspError {
  return new EspError("file.unreadable", `'${argument}' cannot be read: ${why}`, {
    hint: "A file that was changed after it was chosen is to be chosen again.",
    details: { argument },
    cause,
  });
}
