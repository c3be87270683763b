import { crc32 } from "../../bytes/crc32.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { equalBytes, readU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { checkChipOrAuto, chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { errorOf, type ImageProblem } from "../image-problem.ts";
import { type ImageNotice, warning } from "../notice.ts";
import { detectImageChip, requireImageMagic } from "./detect-image-chip.ts";
import {
  DIGEST_BYTES,
  type ExtendedImageHeader,
  type FirmwareImage,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  type ImageHeader,
  type ImageSegment,
  type StoredCheck,
  WRAPPER_MAGIC,
  WRAPPER_SEGMENT_COUNT,
  wrapperCrc,
} from "./firmware-image.ts";
import { type ImageBody, readBody, readSegment } from "./image-body.ts";
import { readFamilyImage, readHeader, readPlainImage } from "./read-image.ts";
import { unexpectedChipId } from "./unexpected-chip.ts";

const CRC_BYTES = 4;

/**
 * All that can be known of a firmware image, and in `problems` what is wrong with it, each with its offset: `requireSound`
 * is for those who need a whole image. With `auto` the header decides which chip's format to read. Wrong check values and
 * another chip's id are no problems: they are in the result, the latter as a notice.
 * Throws `file.empty`, and `image.invalid` or `image.truncated` where there is no header to return.
 *
 * @example
 * parseImage(bytes).segments.map(({ address, data }) => [address, data.length]);
 */
export function parseImage(bytes: ByteSource, chip: ChipId | "auto" = "auto"): FirmwareImage {
  const file = checkBytes(bytes, "bytes");
  checkChipOrAuto(chip, "chip");
  requireImageMagic(file);
  const id = chip === "auto" ? detectImageChip(file) : chip;
  const imageChipId = id === null ? null : chipEntry(id).imageChipId;
  if (id === null || imageChipId !== null) return parseFamilyImage(file, id, imageChipId);
  return file[0] === WRAPPER_MAGIC ? parseWrapped(file, id) : parsePlain(file, id);
}

/** All chips but the ESP8266, and those that nobody knows yet. */
function parseFamilyImage(
  bytes: Uint8Array<ArrayBuffer>,
  chip: ChipId | null,
  imageChipId: number | null,
): FirmwareImage {
  const { endBytes, ...image } = readFamilyImage(bytes, requireHeader(bytes, IMAGE_MAGIC));
  return {
    ...image,
    format: "esp32",
    chip,
    wrapper: null,
    digest: image.digest === null ? null : digestAt(bytes, image.dataBytes),
    crc: null,
    trailing: bytes.subarray(endBytes),
    notices: image.extended === null ? [] : foreignChip(image.extended, imageChipId),
  };
}

function foreignChip({ chipId }: ExtendedImageHeader, expected: number | null): ImageNotice[] {
  if (chipId === expected) return [];
  return [
    expected === null
      ? warning("image.unknown-chip", `Unknown chip id ${chipId} in image: no chip of this program has it.`)
      : warning("image.wrong-chip", unexpectedChipId(expected, chipId)),
  ];
}

/** Versions 1 and 3 of the ESP8266: nothing announces the digest of version 3, it is there when it is right. */
function parsePlain(bytes: Uint8Array<ArrayBuffer>, chip: ChipId): FirmwareImage {
  const { endBytes, ...image } = readPlainImage(bytes, requireHeader(bytes, IMAGE_MAGIC));
  const hasRoom = image.checksum !== null && endBytes + DIGEST_BYTES <= bytes.length;
  const digest = hasRoom ? digestAt(bytes, endBytes) : null;
  const isVersion3 = digest !== null && equalBytes(digest.stored, digest.computed);
  return {
    ...image,
    format: isVersion3 ? "esp8266-v3" : "esp8266-v1",
    chip,
    wrapper: null,
    digest: isVersion3 ? digest : null,
    crc: null,
    trailing: bytes.subarray(endBytes + (isVersion3 ? DIGEST_BYTES : 0)),
    notices: isVersion3 ? [] : suspiciousSegments(image.segments),
  };
}

/** Version 2 of the ESP8266: a header and the flash segment around a version 1 image, then a CRC. */
function parseWrapped(bytes: Uint8Array<ArrayBuffer>, chip: ChipId): FirmwareImage {
  const wrapper = requireHeader(bytes, WRAPPER_MAGIC);
  const { irom, header, body } = readWrapped(bytes, wrapper);
  const hasCrc = body.checksum !== null && body.dataBytes + CRC_BYTES <= bytes.length;
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

interface Wrapped {
  readonly irom: ImageSegment | null;
  /** The wrapper's own where the inner one cannot be read. */
  readonly header: ImageHeader;
  readonly body: ImageBody;
}

function readWrapped(bytes: Uint8Array<ArrayBuffer>, wrapper: ImageHeader): Wrapped {
  // An ELF file without code for flash gives a wrapper with no flash segment: the inner header follows at once.
  const found =
    bytes[IMAGE_HEADER_BYTES] === IMAGE_MAGIC
      ? { segment: null, end: IMAGE_HEADER_BYTES, problems: [] }
      : readSegment(bytes, IMAGE_HEADER_BYTES, false);
  const { segment: irom, end } = found;
  const inner = end === null ? null : readHeader(bytes, end, IMAGE_MAGIC);
  if (end !== null && inner?.header)
    return {
      irom,
      header: inner.header,
      body: withProblems(found.problems, readBody(bytes, end + IMAGE_HEADER_BYTES, inner.header.segmentCount)),
    };
  const problems = inner?.problem ? [...found.problems, inner.problem] : found.problems;
  const nothing = { ...readBody(bytes, bytes.length, 0), checksum: null, dataBytes: bytes.length, problems };
  return { irom, header: wrapper, body: nothing };
}

function withProblems(problems: readonly ImageProblem[], body: ImageBody): ImageBody {
  return { ...body, problems: [...problems, ...body.problems] };
}

/** Without the first header there is nothing to tell. */
function requireHeader(bytes: Uint8Array<ArrayBuffer>, magic: number): ImageHeader {
  const { header, problem } = readHeader(bytes, 0, magic);
  if (header === null) throw errorOf(problem);
  return header;
}

function digestAt(bytes: Uint8Array<ArrayBuffer>, dataBytes: number): StoredCheck<Uint8Array<ArrayBuffer>> {
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
