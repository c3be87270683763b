import { crc32 } from "../../bytes/crc32.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { roundUp, writeU32 } from "../../bytes/words.ts";
import type { WithByteSources } from "../../check/bytes.ts";
import { type Check, invalidArgument } from "../../check/check.ts";
import { requireSound } from "../require-sound.ts";
import { checkDraft, checkImage } from "./check-image.ts";
import {
  CHECKSUM_ALIGNMENT,
  DIGEST_BYTES,
  EXTENDED_HEADER_BYTES,
  type ExtendedImageHeader,
  type FirmwareImage,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  type ImageDraft,
  type ImageHeader,
  imageChecksum,
  SEGMENT_HEADER_BYTES,
  WRAPPER_MAGIC,
  wrapperCrc,
} from "./firmware-image.ts";
import { EXTENDED_HEADER, IMAGE_HEADER, SEGMENT_HEADER } from "./header-layouts.ts";

const CRC_BYTES = 4;

/** Its parts must fit what it says of its size. */
const checkWholeImage: Check<FirmwareImage> = (value, argument) => {
  const image = checkImage(value, argument);
  requireSound(image);
  if (bodyBytes(image) + image.padding.length < image.dataBytes) return image;
  throw invalidArgument(argument, value, "an image whose parts fit into its dataBytes");
};

/**
 * The bytes of an image exactly as the model has them, wrong check values included: the reverse of `parseImage`.
 * To make an image with right check values use `sealImage`. Throws `image.invalid` and `image.truncated` for one that
 * was read with problems.
 */
export function buildImage(image: FirmwareImage): Uint8Array<ArrayBuffer> {
  const firmware = checkWholeImage(image, "image");
  const end =
    firmware.dataBytes + (firmware.digest === null ? 0 : DIGEST_BYTES) + (firmware.crc === null ? 0 : CRC_BYTES);
  const bytes = new Uint8Array(end + firmware.trailing.length);
  const at = writeBody(bytes, firmware);
  bytes.set(firmware.padding, at);
  bytes[firmware.dataBytes - 1] = firmware.checksum?.stored ?? 0;
  if (firmware.digest !== null) bytes.set(firmware.digest.stored, firmware.dataBytes);
  if (firmware.crc !== null) writeU32(bytes, firmware.dataBytes, firmware.crc.stored);
  bytes.set(firmware.trailing, end);
  return bytes;
}

/** The bytes of an image with checksum and, where they belong to the format, digest and CRC. */
export function sealImage(draft: WithByteSources<ImageDraft>): Uint8Array<ArrayBuffer> {
  const parts = checkDraft(draft, "draft");
  const hidden = parts.hiddenSegments ?? [];
  const dataBytes = roundUp(bodyBytes(parts) + 1, CHECKSUM_ALIGNMENT);
  const digestBytes = parts.appendDigest ? DIGEST_BYTES : 0;
  const crcBytes = parts.wrapper ? CRC_BYTES : 0;
  const end = dataBytes + digestBytes + crcBytes + segmentBytes(hidden);
  const total = parts.padToBytes === undefined ? end : roundUp(end, parts.padToBytes);
  const bytes = new Uint8Array(total);
  writeBody(bytes, parts);
  bytes[dataBytes - 1] = imageChecksum(parts.segments);
  writeSegments(bytes, dataBytes, hidden);
  if (parts.appendDigest) bytes.set(sha256(bytes.subarray(0, dataBytes)), dataBytes);
  if (parts.wrapper) writeU32(bytes, dataBytes, wrapperCrc(crc32(bytes.subarray(0, dataBytes))));
  return bytes.fill(0xff, end);
}

type Body = Pick<ImageDraft, "wrapper" | "header" | "extended" | "segments">;

function bodyBytes({ wrapper, extended, segments }: Body): number {
  const headers = IMAGE_HEADER_BYTES * (wrapper ? 2 : 1) + (extended === null ? 0 : EXTENDED_HEADER_BYTES);
  return headers + segmentBytes(segments);
}

function segmentBytes(segments: Body["segments"]): number {
  return segments.reduce((sum, { data }) => sum + SEGMENT_HEADER_BYTES + data.length, 0);
}

/** Headers and segments; gives the offset behind them. */
function writeBody(bytes: Uint8Array, { wrapper, header, extended, segments }: Body): number {
  if (!wrapper) return writeSegments(bytes, writeHeaders(bytes, 0, header, extended), segments);
  writeHeader(bytes, 0, WRAPPER_MAGIC, wrapper);
  const irom = segments.filter(({ includeInChecksum }) => !includeInChecksum);
  const others = segments.filter(({ includeInChecksum }) => includeInChecksum);
  const inner = writeSegments(bytes, IMAGE_HEADER_BYTES, irom);
  return writeSegments(bytes, writeHeaders(bytes, inner, header, extended), others);
}

function writeHeaders(
  bytes: Uint8Array,
  offset: number,
  header: ImageHeader,
  extended: ExtendedImageHeader | null,
): number {
  writeHeader(bytes, offset, IMAGE_MAGIC, header);
  const at = offset + IMAGE_HEADER_BYTES;
  if (extended === null) return at;
  bytes.set(EXTENDED_HEADER.encode({ ...extended, digestFlag: extended.hasDigest ? 1 : 0 }), at);
  return at + EXTENDED_HEADER_BYTES;
}

function writeHeader(bytes: Uint8Array, offset: number, magic: number, header: ImageHeader): void {
  bytes.set(IMAGE_HEADER.encode({ magic, ...header }), offset);
}

function writeSegments(bytes: Uint8Array, offset: number, segments: Body["segments"]): number {
  let at = offset;
  for (const { address, data } of segments) {
    bytes.set(SEGMENT_HEADER.encode({ address, sizeBytes: data.length }), at);
    bytes.set(data, at + SEGMENT_HEADER_BYTES);
    at += SEGMENT_HEADER_BYTES + data.length;
  }
  return at;
}
