import { crc32 } from "../bytes/crc32.ts";
import { sha256 } from "../bytes/digests.ts";
import { equalBytes, readU16, readU32, roundUp } from "../bytes/words.ts";
import { chipById } from "../chip/catalog.ts";
import type { ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import { detectImageChip, requireImageMagic } from "./detect-image-chip.ts";
import {
  CHECKSUM_ALIGNMENT,
  EXTENDED_HEADER_BYTES,
  type ExtendedImageHeader,
  type FirmwareImage,
  IMAGE_HEADER_BYTES,
  type ImageHeader,
  type ImageSegment,
  imageChecksum,
  MAXIMUM_SEGMENTS,
  SEGMENT_BYTES_LIMIT,
  SEGMENT_HEADER_BYTES,
  type StoredCheck,
  WRAPPER_MAGIC,
  WRAPPER_SEGMENT_COUNT,
  wrapperCrc,
} from "./firmware-image.ts";
import { type ImageNotice, warning } from "./notice.ts";
import { DIGEST_BYTES, IMAGE_MAGIC } from "./parse-header.ts";

const CRC_BYTES = 4;

/**
 * Everything in a firmware image. With `auto` the header decides which chip's format to read.
 * Wrong check values and another chip's id are no errors: they are in the result, the latter as a notice.
 * Throws `file.empty`, `image.invalid` and `image.truncated`, with `details.offset`.
 *
 * @example
 * parseImage(bytes).segments.map(({ address, data }) => [address, data.length]);
 */
export function parseImage(bytes: Uint8Array, chip: ChipId | "auto" = "auto"): FirmwareImage {
  requireImageMagic(bytes);
  const id = chip === "auto" ? detectImageChip(bytes) : chip;
  const { imageChipId } = chipById(id);
  if (imageChipId !== null) return parseFamilyImage(bytes, id, imageChipId);
  return bytes[0] === WRAPPER_MAGIC ? parseWrapped(bytes, id) : parsePlain(bytes, id);
}

/** All chips but the ESP8266. */
function parseFamilyImage(bytes: Uint8Array, chip: ChipId, imageChipId: number): FirmwareImage {
  const header = readHeader(bytes, 0, IMAGE_MAGIC);
  const extended = readExtendedHeader(bytes, IMAGE_HEADER_BYTES);
  const body = readBody(bytes, IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES, header);
  const notices: ImageNotice[] = [];
  if (extended.chipId !== imageChipId)
    notices.push(
      warning(
        "image.wrong-chip",
        `Unexpected chip ID in image. Expected ${imageChipId} but value was ${extended.chipId}. Is this image for a different chip model?`,
      ),
    );
  const end = body.dataBytes + (extended.hasDigest ? DIGEST_BYTES : 0);
  if (end > bytes.length) throw truncated("its SHA-256 digest", bytes.length);
  return {
    ...body,
    format: "esp32",
    chip,
    wrapper: null,
    header,
    extended,
    digest: extended.hasDigest ? digestAt(bytes, body.dataBytes) : null,
    crc: null,
    trailing: bytes.subarray(end),
    notices,
  };
}

/** Versions 1 and 3 of the ESP8266: nothing announces the digest of version 3, it is there when it is right. */
function parsePlain(bytes: Uint8Array, chip: ChipId): FirmwareImage {
  const header = readHeader(bytes, 0, IMAGE_MAGIC);
  const body = readBody(bytes, IMAGE_HEADER_BYTES, header);
  const hasRoom = body.dataBytes + DIGEST_BYTES <= bytes.length;
  const digest = hasRoom ? digestAt(bytes, body.dataBytes) : null;
  const isVersion3 = digest !== null && equalBytes(digest.stored, digest.computed);
  return {
    ...body,
    format: isVersion3 ? "esp8266-v3" : "esp8266-v1",
    chip,
    wrapper: null,
    header,
    extended: null,
    digest: isVersion3 ? digest : null,
    crc: null,
    trailing: bytes.subarray(body.dataBytes + (isVersion3 ? DIGEST_BYTES : 0)),
    notices: isVersion3 ? [] : suspiciousSegments(body.segments),
  };
}

/** Version 2 of the ESP8266: a header and the flash segment around a version 1 image, then a CRC. */
function parseWrapped(bytes: Uint8Array, chip: ChipId): FirmwareImage {
  const wrapper = readHeader(bytes, 0, WRAPPER_MAGIC);
  // An ELF file without code for flash gives a wrapper with no flash segment: the inner header follows at once.
  const irom = bytes[IMAGE_HEADER_BYTES] === IMAGE_MAGIC ? null : readSegment(bytes, IMAGE_HEADER_BYTES, false);
  const innerAt = IMAGE_HEADER_BYTES + (irom === null ? 0 : SEGMENT_HEADER_BYTES + irom.data.length);
  const header = readHeader(bytes, innerAt, IMAGE_MAGIC);
  const body = readBody(bytes, innerAt + IMAGE_HEADER_BYTES, header);
  const hasCrc = body.dataBytes + CRC_BYTES <= bytes.length;
  const crc = hasCrc
    ? { stored: readU32(bytes, body.dataBytes), computed: wrapperCrc(crc32(bytes.subarray(0, body.dataBytes))) }
    : null;
  return {
    ...body,
    segments: irom === null ? body.segments : [irom, ...body.segments],
    format: "esp8266-v2",
    chip,
    wrapper,
    header,
    extended: null,
    digest: null,
    crc,
    trailing: bytes.subarray(body.dataBytes + (hasCrc ? CRC_BYTES : 0)),
    notices: [...unexpectedWrapper(wrapper, header), ...suspiciousSegments(body.segments)],
  };
}

function readHeader(bytes: Uint8Array, offset: number, magic: number): ImageHeader {
  if (offset + IMAGE_HEADER_BYTES > bytes.length) throw truncated("its header", bytes.length);
  const found = bytes[offset] ?? 0;
  if (found !== magic)
    throw invalid(`A header should begin with 0x${magic.toString(16)}, not 0x${found.toString(16)}.`, offset);
  return {
    segmentCount: bytes[offset + 1] ?? 0,
    modeByte: bytes[offset + 2] ?? 0,
    sizeFrequencyByte: bytes[offset + 3] ?? 0,
    entry: readU32(bytes, offset + 4),
  };
}

function readExtendedHeader(bytes: Uint8Array, offset: number): ExtendedImageHeader {
  if (offset + EXTENDED_HEADER_BYTES > bytes.length) throw truncated("its extended header", bytes.length);
  const digestFlag = bytes[offset + 15] ?? 0;
  if (digestFlag > 1)
    throw invalid(`The header's mark for the digest is ${digestFlag}, it must be 0 or 1.`, offset + 15);
  return {
    wpPin: bytes[offset] ?? 0,
    pinDrives: bytes.subarray(offset + 1, offset + 4),
    chipId: readU16(bytes, offset + 4),
    minimumRevision: bytes[offset + 6] ?? 0,
    minimumRevisionFull: readU16(bytes, offset + 7),
    maximumRevisionFull: readU16(bytes, offset + 9),
    reserved: bytes.subarray(offset + 11, offset + 15),
    hasDigest: digestFlag === 1,
  };
}

type Body = Pick<FirmwareImage, "segments" | "padding" | "checksum" | "dataBytes">;

/** The segments and the checksum behind them. */
function readBody(bytes: Uint8Array, first: number, { segmentCount }: ImageHeader): Body {
  if (segmentCount > MAXIMUM_SEGMENTS)
    throw invalid(`The header tells of ${segmentCount} segments; there can be ${MAXIMUM_SEGMENTS}.`, 1);
  const segments: ImageSegment[] = [];
  let at = first;
  for (let index = 0; index < segmentCount; index++) {
    const segment = readSegment(bytes, at, true);
    segments.push(segment);
    at += SEGMENT_HEADER_BYTES + segment.data.length;
  }
  const dataBytes = roundUp(at + 1, CHECKSUM_ALIGNMENT);
  if (dataBytes > bytes.length) throw truncated("its checksum", bytes.length);
  return {
    segments,
    padding: bytes.subarray(at, dataBytes - 1),
    checksum: { stored: bytes[dataBytes - 1] ?? 0, computed: imageChecksum(segments) },
    dataBytes,
  };
}

function readSegment(bytes: Uint8Array, offset: number, includeInChecksum: boolean): ImageSegment {
  const start = offset + SEGMENT_HEADER_BYTES;
  if (start > bytes.length) throw truncated("a segment's header", bytes.length);
  const address = readU32(bytes, offset);
  const sizeBytes = readU32(bytes, offset + 4);
  if (sizeBytes % 4 !== 0 || sizeBytes >= SEGMENT_BYTES_LIMIT)
    throw invalid(`A segment cannot have ${sizeBytes} bytes.`, offset + 4);
  if (start + sizeBytes > bytes.length)
    throw truncated(`the end of the segment at offset ${offset} (${sizeBytes} bytes)`, bytes.length);
  return { address, data: bytes.subarray(start, start + sizeBytes), fileOffset: offset, includeInChecksum };
}

function digestAt(bytes: Uint8Array, dataBytes: number): StoredCheck<Uint8Array> {
  return {
    stored: bytes.subarray(dataBytes, dataBytes + DIGEST_BYTES),
    computed: sha256(bytes.subarray(0, dataBytes)),
  };
}

/** Where segments of an ESP8266 image of version 1 cannot be (fact sheet 5.7). */
function suspiciousSegments(segments: readonly ImageSegment[]): ImageNotice[] {
  return segments
    .filter(({ address, data }) => address > 0x40200000 || address < 0x3ffe0000 || data.length > 65536)
    .map(({ address, data }) =>
      warning("image.suspicious-segment", `Suspicious segment 0x${address.toString(16)}, length ${data.length}`),
    );
}

function unexpectedWrapper(wrapper: ImageHeader, header: ImageHeader): ImageNotice[] {
  const notices: ImageNotice[] = [];
  if (wrapper.segmentCount !== WRAPPER_SEGMENT_COUNT)
    notices.push(
      warning(
        "image.unexpected-wrapper",
        `V2 header has unexpected "segment" count ${wrapper.segmentCount} (usually 4)`,
      ),
    );
  const differing = (["modeByte", "sizeFrequencyByte", "entry"] as const).filter((key) => wrapper[key] !== header[key]);
  if (differing.length > 0)
    notices.push(
      warning(
        "image.unexpected-wrapper",
        `The two headers of the image differ (${differing.join(", ")}); the second counts.`,
      ),
    );
  return notices;
}

function invalid(message: string, offset: number): EspError {
  return new EspError("image.invalid", message, {
    hint: "The file is damaged, or no image for this chip.",
    details: { offset },
  });
}

function truncated(what: string, offset: number): EspError {
  return new EspError("image.truncated", `The image ends before ${what}.`, {
    hint: "The file is incomplete: build or copy it again.",
    details: { offset },
  });
}
