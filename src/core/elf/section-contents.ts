import { inflateStream } from "../bytes/deflate.ts";
import { readU32 } from "../bytes/words.ts";
import { EspError } from "../errors.ts";
import { type ElfFile, type ElfSection, elfView } from "./elf.ts";

const COMPRESSED = 0x800;
/** The header in front of compressed contents (Elf32_Chdr): kind, size when inflated, alignment. */
const COMPRESSION_HEADER_BYTES = 12;
const ZLIB = 1;
const ZSTD = 2;
/** No debug section of these chips comes near it; a file that claims more is damaged or hostile. */
const MAXIMUM_INFLATED_BYTES = 256 * 1024 * 1024;
/** Deflate cannot say more than 258 bytes with 2 bits. */
const LARGEST_RATIO = 1032;
/** Fed in pieces, so that contents that inflate to more than they claim are given up early. */
const PIECE_BYTES = 4096;

/** Compressions that the platform knows and this program does not. */
export interface Decompressors {
  /** Gives the `sizeBytes` bytes that a zstd frame holds; throws for damaged ones, and for more. */
  readonly zstd?: ((bytes: Uint8Array, sizeBytes: number) => Uint8Array<ArrayBuffer>) | undefined;
}

/**
 * The contents of a section, inflated where the linker compressed them (SHF_COMPRESSED with zlib, or with zstd where it is given).
 * Throws `image.truncated`, `image.invalid` for damaged contents and for a compression that is not known, naming it.
 */
export function sectionContents(
  elf: ElfFile,
  section: ElfSection,
  name: string,
  { zstd }: Decompressors = {},
): Uint8Array<ArrayBuffer> {
  const stored = elfView(elf, section.fileOffset, section.sizeBytes);
  if ((section.flags & COMPRESSED) === 0) return stored;
  if (stored.length < COMPRESSION_HEADER_BYTES) throw damaged(name);
  const kind = readU32(stored, 0);
  const sizeBytes = readU32(stored, 4);
  const compressed = stored.subarray(COMPRESSION_HEADER_BYTES);
  if (kind === ZLIB) return inflate(compressed, sizeBytes, name);
  if (kind === ZSTD && zstd !== undefined) return decompress(zstd, compressed, sizeBytes, name);
  const compression = kind === ZSTD ? "zstd" : `method ${kind}`;
  throw new EspError("image.invalid", `Section ${name} of the ELF file is compressed with ${compression}.`, {
    hint: "Link the program with zlib for its debug sections, or without compression; binutils can unpack them, too.",
    details: { section: name, compression },
  });
}

function decompress(
  zstd: NonNullable<Decompressors["zstd"]>,
  compressed: Uint8Array,
  sizeBytes: number,
  name: string,
): Uint8Array<ArrayBuffer> {
  if (sizeBytes > MAXIMUM_INFLATED_BYTES) throw damaged(name);
  let contents: Uint8Array<ArrayBuffer>;
  try {
    contents = zstd(compressed, sizeBytes);
  } catch (error) {
    throw damaged(name, error);
  }
  if (contents.length !== sizeBytes) throw damaged(name);
  return contents;
}

function inflate(compressed: Uint8Array, sizeBytes: number, name: string): Uint8Array<ArrayBuffer> {
  if (sizeBytes > Math.min(MAXIMUM_INFLATED_BYTES, compressed.length * LARGEST_RATIO)) throw damaged(name);
  const inflated = new Uint8Array(sizeBytes);
  const stream = inflateStream();
  let length = 0;
  for (let at = 0; at < compressed.length && !stream.ended; at += PIECE_BYTES) {
    const piece = push(stream, compressed.subarray(at, at + PIECE_BYTES), name);
    if (length + piece.length > sizeBytes) throw damaged(name);
    inflated.set(piece, length);
    length += piece.length;
  }
  if (length !== sizeBytes) throw damaged(name);
  return inflated;
}

function push(stream: ReturnType<typeof inflateStream>, piece: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  try {
    return stream.push(piece);
  } catch (error) {
    throw damaged(name, error);
  }
}

function damaged(name: string, cause?: unknown): EspError {
  return new EspError("image.invalid", `The compressed contents of section ${name} of the ELF file are damaged.`, {
    hint: "Build the program again.",
    details: { section: name },
    cause,
  });
}
