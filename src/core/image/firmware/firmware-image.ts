// Shelf: the image that a boot loader reads: header, segments, descriptors, digest, signature blocks.
// In: bytes, or the parts of an image.
// Out: the parts, or bytes; with what is wrong with them.

import { XOR_SEED, xorChecksum } from "../../bytes/xor-checksum.ts";
import type { ChipId } from "../../chip/types.ts";
import type { ImageProblem } from "../image-problem.ts";
import type { ImageNotice } from "../notice.ts";
import { EXTENDED_HEADER, IMAGE_HEADER, SEGMENT_HEADER } from "./header-layouts.ts";

// Fact sheet 5.1 to 5.3 and 5.7.
export const IMAGE_HEADER_BYTES: number = IMAGE_HEADER.size;
export const EXTENDED_HEADER_BYTES: number = EXTENDED_HEADER.size;
export const SEGMENT_HEADER_BYTES: number = SEGMENT_HEADER.size;
/** First byte of an image. */
export const IMAGE_MAGIC = 0xe9;
/** First byte of the wrapper around an ESP8266 image of version 2. */
export const WRAPPER_MAGIC = 0xea;
/** What that wrapper has for its number of segments. */
export const WRAPPER_SEGMENT_COUNT = 4;
export const MAXIMUM_SEGMENTS = 16;
/** A segment must be smaller than this. */
export const SEGMENT_BYTES_LIMIT = 0x1000000;
/** The checksum is the last byte of a multiple of this; a SHA-256 digest may follow. */
export const CHECKSUM_ALIGNMENT = 16;
export const DIGEST_BYTES = 32;

/**
 * `esp32`: all chips with an extended header. `esp8266-v2`: the wrapper with its flash segment, a version 1 image and
 * a CRC. `esp8266-v3`: a version 1 image with a SHA-256 digest after it.
 */
export type ImageFormat = "esp32" | "esp8266-v1" | "esp8266-v2" | "esp8266-v3";

/** The first eight bytes. */
export interface ImageHeader {
  readonly segmentCount: number;
  readonly modeByte: number;
  /** Flash size in the high half, frequency in the low half. */
  readonly sizeFrequencyByte: number;
  readonly entry: number;
}

/** The sixteen bytes after them, on all chips but the ESP8266. */
export interface ExtendedImageHeader {
  /** 0xEE: not used. */
  readonly wpPin: number;
  /** Three bytes: drive strengths of the flash pins, two a byte. */
  readonly pinDrives: Uint8Array<ArrayBuffer>;
  readonly chipId: number;
  /** The old field: one part of the revision. */
  readonly minimumRevision: number;
  /** major x 100 + minor. */
  readonly minimumRevisionFull: number;
  /** major x 100 + minor; 65535: no limit. */
  readonly maximumRevisionFull: number;
  /** Four bytes. */
  readonly reserved: Uint8Array<ArrayBuffer>;
  readonly hasDigest: boolean;
}

export interface ImageSegment {
  /** Where it is loaded to or seen by the processor; 0 for padding. */
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** The ELF section it comes from; unknown when it was read from an image. */
  readonly name?: string | undefined;
  /** Where its header stands in the file. */
  readonly fileOffset: number;
  /** False only for the flash segment in the wrapper of an ESP8266 image of version 2. */
  readonly includeInChecksum: boolean;
}

/** A check value as it stands in the file and as it should be. */
export interface StoredCheck<T> {
  readonly stored: T;
  readonly computed: T;
}

/** Everything in an image file: `buildImage` makes the same bytes from it again. All data are views of the file. */
export interface FirmwareImage {
  readonly format: ImageFormat;
  /** The chip whose format was read; the extended header may name another. Null: it names one that nobody knows. */
  readonly chip: ChipId | null;
  /** The wrapper's own header (ESP8266 version 2). */
  readonly wrapper: ImageHeader | null;
  readonly header: ImageHeader;
  readonly extended: ExtendedImageHeader | null;
  readonly segments: readonly ImageSegment[];
  /** Bytes between the last segment and the checksum, zeros as a rule. */
  readonly padding: Uint8Array<ArrayBuffer>;
  /** Null in an image that breaks off before it. */
  readonly checksum: StoredCheck<number> | null;
  /** SHA-256 of all bytes up to and including the checksum. */
  readonly digest: StoredCheck<Uint8Array<ArrayBuffer>> | null;
  /** ESP8266 version 2. */
  readonly crc: StoredCheck<number> | null;
  /** Bytes up to and including the checksum. */
  readonly dataBytes: number;
  /** What stands in the file behind the image: padding, signatures, other images. */
  readonly trailing: Uint8Array<ArrayBuffer>;
  readonly notices: readonly ImageNotice[];
  /** What is wrong with it, in the file's order; what could be read is here all the same. */
  readonly problems: readonly ImageProblem[];
}

/** XOR of the data of all segments, seeded with 0xEF (fact sheet 5.3). */
export function imageChecksum(segments: readonly Pick<ImageSegment, "data" | "includeInChecksum">[]): number {
  let sum = XOR_SEED;
  for (const { data, includeInChecksum } of segments) if (includeInChecksum) sum = xorChecksum(data, sum);
  return sum;
}

/** The ESP8266's own ending of a standard CRC-32 (fact sheet 5.7): the boot loader starts and ends it differently. */
export function wrapperCrc(crc: number): number {
  return (crc & 0x80000000 ? ~crc : crc + 1) >>> 0;
}

/** What an image is made of before its check values are known. */
export interface ImageDraft {
  readonly wrapper?: ImageHeader | null | undefined;
  readonly header: ImageHeader;
  readonly extended: ExtendedImageHeader | null;
  readonly segments: readonly Omit<ImageSegment, "fileOffset">[];
  /** Segments behind the checksum, which the boot ROM does not see (`--ram-only-header`). */
  readonly hiddenSegments?: readonly Omit<ImageSegment, "fileOffset">[] | undefined;
  readonly appendDigest: boolean;
  /** The file is filled with 0xFF up to a multiple of this. */
  readonly padToBytes?: number | undefined;
}
