import { sha256 } from "../../bytes/sha256.ts";
import { roundUp } from "../../bytes/words.ts";
import type { FlashHeaderBytes } from "../../chip/flash-header.ts";
import { encodeFlashHeader, flashModeByte, flashSizeCode } from "../../chip/flash-header.ts";
import type { FlashHeaderCodes } from "../../chip/types.ts";
import { sealImage } from "../firmware/build-image.ts";
import {
  CHECKSUM_ALIGNMENT,
  EXTENDED_HEADER_BYTES,
  type ExtendedImageHeader,
  IMAGE_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
} from "../firmware/firmware-image.ts";
import { type ImageNotice, warning } from "../notice.ts";
import { type ElfToImageOptions, padsForSecureBoot } from "./elf-to-image-options.ts";
import type { BuiltImages, ImagePlan } from "./image-plan.ts";
import { layoutFlashSegments, type SegmentPart, splitByMemory, zeros } from "./layout-flash-segments.ts";
import { placeElfDigest } from "./place-elf-digest.ts";
import { hideFlashSegments } from "./ram-only-header.ts";
import { securePadBytes } from "./secure-pad.ts";

const START = IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES;
/** No pin is used for write protection. */
const WP_PIN_DISABLED = 0xee;
const NO_MAXIMUM_REVISION = 0xffff;

/** The image of all chips but the ESP8266 (fact sheet 5.6). */
export function buildFamilyImage(plan: ImagePlan, imageChipId: number): BuiltImages {
  const { chip, options, pageBytes } = plan;
  const byMemory = splitByMemory(chip, plan.segments);
  const where = { chip, pageBytes, start: START };
  const isRamOnly = options.ramOnlyHeader === true;
  const visible = isRamOnly ? byMemory.ram : withSecurePad(layoutFlashSegments(byMemory, where), plan);
  const hidden = isRamOnly ? hideFlashSegments(byMemory, where) : [];
  const digested = withElfDigest({ visible, hidden }, plan);
  const appendDigest = !isRamOnly && options.appendDigest !== false;
  const bytes = sealImage({
    header: { segmentCount: visible.length, entry: plan.entry, ...flashHeader(chip, options) },
    extended: extendedHeader(options, imageChipId, appendDigest),
    segments: digested.visible.map(inChecksum),
    hiddenSegments: digested.hidden.map(inChecksum),
    appendDigest,
    padToBytes: options.padToBytes,
  });
  return { outputs: [{ bytes, flashOffset: null }], notices: digested.notices };
}

/** Bytes 2 and 3 of the header; an absent frequency has code 0. */
export function flashHeader(codes: FlashHeaderCodes, options: ElfToImageOptions): FlashHeaderBytes {
  const { flashMode: mode = "qio", flashSize: size = "1MB", flashFrequency: frequency } = options;
  if (frequency !== undefined) return encodeFlashHeader(codes, { mode, size, frequency });
  return { modeByte: flashModeByte(mode), sizeFrequencyByte: flashSizeCode(codes, size) };
}

export function inChecksum(segment: SegmentPart): SegmentPart & { readonly includeInChecksum: true } {
  return { ...segment, includeInChecksum: true };
}

function extendedHeader(options: ElfToImageOptions, chipId: number, hasDigest: boolean): ExtendedImageHeader {
  return {
    wpPin: WP_PIN_DISABLED,
    pinDrives: new Uint8Array(3),
    chipId,
    minimumRevision: options.minimumRevision ?? 0,
    minimumRevisionFull: options.minimumRevisionFull ?? 0,
    maximumRevisionFull: options.maximumRevisionFull ?? NO_MAXIMUM_REVISION,
    reserved: new Uint8Array(4),
    hasDigest,
  };
}

function withSecurePad(segments: readonly SegmentPart[], plan: ImagePlan): readonly SegmentPart[] {
  const { chip, options, pageBytes } = plan;
  if (options.securePad === undefined || !padsForSecureBoot(chip, options)) return segments;
  return [...segments, zeros(securePadBytes(options.securePad, endOf(segments), pageBytes))];
}

interface Visibility {
  readonly visible: readonly SegmentPart[];
  readonly hidden: readonly SegmentPart[];
}

function withElfDigest({ visible, hidden }: Visibility, plan: ImagePlan): Visibility & { notices: ImageNotice[] } {
  if (plan.elfDigest === null) return { visible, hidden, notices: [] };
  const { offset, file } = plan.elfDigest;
  const digest = (): Uint8Array<ArrayBuffer> => sha256(file);
  const placed = placeElfDigest(visible, { offset, digest, start: START });
  if (placed !== null) return { visible: placed, hidden, notices: [] };
  const start = roundUp(endOf(visible) + 1, CHECKSUM_ALIGNMENT);
  const placedBehind = placeElfDigest(hidden, { offset, digest, start });
  if (placedBehind !== null) return { visible, hidden: placedBehind, notices: [] };
  return { visible, hidden, notices: [digestOutside(offset)] };
}

/** File offset behind the segments, the first of which follows the header. */
function endOf(segments: readonly SegmentPart[]): number {
  return segments.reduce((sum, { data }) => sum + SEGMENT_HEADER_BYTES + data.length, START);
}

export function digestOutside(offset: number): ImageNotice {
  return warning(
    "image.sha256-offset-outside",
    `No segment of the image is at offset 0x${offset.toString(16)}: the ELF file's SHA256 digest is not stored.`,
  );
}
