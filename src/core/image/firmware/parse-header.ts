import { readU32, roundUp } from "../../bytes/words.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import {
  CHECKSUM_ALIGNMENT,
  EXTENDED_HEADER_BYTES,
  IMAGE_HEADER_BYTES,
  MAXIMUM_SEGMENTS,
  SEGMENT_BYTES_LIMIT,
  SEGMENT_HEADER_BYTES,
} from "./firmware-image.ts";
import { EXTENDED_HEADER } from "./header-layouts.ts";

/** First byte of an image. The ESP8266's wrapper format with its own magic is parsed elsewhere. */
export const IMAGE_MAGIC = 0xe9;
export const DIGEST_BYTES = 32;

/** The extended header of all chips but the ESP8266 (fact sheet 5.2). */
export interface ExtendedHeader {
  readonly chipId: number;
  /** The old field: one part of the revision. */
  readonly minimumRevision: number;
  /** major x 100 + minor. */
  readonly minimumRevisionFull: number;
  /** 65535: not limited; 0: image from before the field existed. */
  readonly maximumRevisionFull: number;
  readonly hasDigest: boolean;
}

export interface ImageOutline {
  readonly segmentCount: number;
  readonly modeByte: number;
  readonly sizeFrequencyByte: number;
  readonly entry: number;
  /** Null on the ESP8266. */
  readonly extended: ExtendedHeader | null;
  /** Bytes up to and including the checksum; a digest follows here if there is one. */
  readonly dataBytes: number;
  /** Where the image ends, digest included; anything behind is not part of it. */
  readonly endBytes: number;
}

/**
 * The outline of an image for this kind of chip, or null when the bytes are none: wrong magic, segments that do not
 * add up, cut off. A different chip id is no reason: the caller decides what to make of it.
 */
export function parseImageOutline(
  chip: Pick<ChipDescriptor, "imageChipId">,
  data: Uint8Array<ArrayBuffer>,
): ImageOutline | null {
  const isExtended = chip.imageChipId !== null;
  const firstSegment = IMAGE_HEADER_BYTES + (isExtended ? EXTENDED_HEADER_BYTES : 0);
  if (data.length < firstSegment || data[0] !== IMAGE_MAGIC) return null;
  const segmentCount = data[1] ?? 0;
  if (segmentCount > MAXIMUM_SEGMENTS) return null;
  const extended = isExtended ? parseExtended(data) : null;
  if (isExtended && extended === null) return null;
  const segments = walkSegments(data, firstSegment, segmentCount);
  if (segments === null) return null;
  const { dataBytes, endBytes } = endsOfImage(segments, extended?.hasDigest ?? false);
  if (endBytes > data.length) return null;
  return {
    segmentCount,
    modeByte: data[2] ?? 0,
    sizeFrequencyByte: data[3] ?? 0,
    entry: readU32(data, 4),
    extended,
    dataBytes,
    endBytes,
  };
}

function parseExtended(data: Uint8Array<ArrayBuffer>): ExtendedHeader | null {
  const fields = EXTENDED_HEADER.decode(data.subarray(IMAGE_HEADER_BYTES, IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES));
  if (fields === null || fields.digestFlag > 1) return null;
  const { chipId, minimumRevision, minimumRevisionFull, maximumRevisionFull, digestFlag } = fields;
  return { chipId, minimumRevision, minimumRevisionFull, maximumRevisionFull, hasDigest: digestFlag === 1 };
}

/** The offset behind the segments, or null when a segment's header makes no sense or the data breaks off. */
function walkSegments(data: Uint8Array<ArrayBuffer>, first: number, count: number): number | null {
  let at = first;
  for (let index = 0; index < count; index++) {
    if (at + SEGMENT_HEADER_BYTES > data.length) return null;
    const sizeBytes = readU32(data, at + 4);
    if (sizeBytes % 4 !== 0 || sizeBytes >= SEGMENT_BYTES_LIMIT) return null;
    at += SEGMENT_HEADER_BYTES + sizeBytes;
    if (at > data.length) return null;
  }
  return at;
}

/** The checksum is the last byte of the next multiple of 16 (fact sheet 5.3); the digest follows. */
function endsOfImage(
  segmentsEnd: number,
  hasDigest: boolean,
): { readonly dataBytes: number; readonly endBytes: number } {
  const dataBytes = roundUp(segmentsEnd + 1, CHECKSUM_ALIGNMENT);
  return { dataBytes, endBytes: dataBytes + (hasDigest ? DIGEST_BYTES : 0) };
}
