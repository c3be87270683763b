import { toHex } from "../../bytes/hex.ts";
import { equalBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { chipById } from "../../chip/catalog.ts";
import { checkChipOrAuto } from "../../chip/chip-index.ts";
import { ESP32 } from "../../chip/descriptors/esp32.ts";
import { decodeFlashHeader } from "../../chip/flash-header.ts";
import { memoryTypesAt } from "../../chip/regions.ts";
import type { ChipDescriptor, ChipId, FlashHeaderCodes } from "../../chip/types.ts";
import type { ImageProblem } from "../image-problem.ts";
import { type ImageNotice, warning } from "../notice.ts";
import type { ImageSignature } from "../signature/signature-marks.ts";
import { findSignatures } from "../signature/signatures.ts";
import type { ApplicationDescriptor, BootloaderDescriptor } from "./descriptors.ts";
import { imageChipName } from "./detect-image-chip.ts";
import { findDescriptors } from "./find-descriptors.ts";
import type { ExtendedImageHeader, FirmwareImage, ImageFormat, ImageHeader, StoredCheck } from "./firmware-image.ts";
import { parseImage } from "./parse-image.ts";

const WP_PIN_DISABLED = 0xee;
const PADDING_REGION = "PADDING";

/** An image as data for people and for `--json`: bytes are lower-case hexadecimal, sizes and offsets numbers. */
export interface ImageDescription {
  readonly sizeBytes: number;
  /** Null for a chip that nobody knows: its id is in the extended header. */
  readonly chip: ChipId | null;
  readonly chipName: string;
  /** The chip was not given but found in the image. */
  readonly chipDetected: boolean;
  readonly format: ImageFormat;
  readonly header: HeaderDescription;
  readonly extendedHeader: ExtendedHeaderDescription | null;
  readonly segments: readonly SegmentDescription[];
  /** Null in an image that breaks off before it. */
  readonly checksum: CheckDescription<number> | null;
  /** SHA-256 of the image. */
  readonly digest: CheckDescription<string> | null;
  /** ESP8266 version 2. */
  readonly crc: CheckDescription<number> | null;
  readonly application: ApplicationDescription | null;
  readonly bootloader: BootloaderDescriptor | null;
  readonly signatures: readonly ImageSignature[];
  /** What follows the image in the file. */
  readonly trailing: TrailingDescription | null;
  readonly notices: readonly ImageNotice[];
  /** What is wrong with it, each with its offset in the file; empty for a whole image. */
  readonly problems: readonly ImageProblem[];
}

export interface HeaderDescription {
  readonly imageVersion: 1 | 2;
  /** Null when not set. */
  readonly entry: number | null;
  readonly segmentCount: number;
  readonly modeByte: number;
  readonly sizeFrequencyByte: number;
  /** Names as in `4MB`, `80m` and `dio`; null where the chip has none for the header's code. */
  readonly flashSize: string | null;
  readonly flashFrequency: string | null;
  readonly flashMode: string | null;
}

export interface ExtendedHeaderDescription {
  readonly wpPin: number;
  readonly wpPinDisabled: boolean;
  readonly pinDrives: {
    readonly clock: number;
    readonly q: number;
    readonly d: number;
    readonly cs: number;
    readonly hd: number;
    readonly wp: number;
  };
  readonly chipId: number;
  /** Null for a number nobody knows. */
  readonly chipName: string | null;
  /** The old field. */
  readonly minimumRevision: number;
  /** major x 100 + minor. */
  readonly minimumRevisionFull: number;
  /** major x 100 + minor; 65535: no limit. */
  readonly maximumRevisionFull: number;
  readonly hasDigest: boolean;
}

export interface SegmentDescription {
  readonly index: number;
  readonly address: number;
  readonly sizeBytes: number;
  /** Offset of the segment's header in the file. */
  readonly fileOffset: number;
  readonly memoryTypes: readonly string[];
  /** It only brings the next one to its place. */
  readonly isPadding: boolean;
  readonly includeInChecksum: boolean;
}

export interface CheckDescription<T> extends StoredCheck<T> {
  readonly isValid: boolean;
}

export interface ApplicationDescription extends Omit<ApplicationDescriptor, "elfSha256"> {
  readonly elfSha256: string;
}

export interface TrailingDescription {
  readonly offset: number;
  readonly sizeBytes: number;
  /** All of it is 0xFF, as in erased flash. */
  readonly isErased: boolean;
}

export interface DescribeOptions {
  /** Default `auto`: what the header says. */
  readonly chip?: ChipId | "auto" | undefined;
}

const checkDescribeOptions: Check<DescribeOptions> = shape<DescribeOptions>({ chip: optional(checkChipOrAuto) });

/**
 * What is in a firmware image, and what is wrong with it. Throws `file.empty`, and `image.invalid` or `image.truncated`
 * where there is not even a header, with `details.offset`.
 *
 * @example
 * describeImage(bytes).segments[0]?.memoryTypes; // ["DROM"]
 */
export function describeImage(bytes: ByteSource, options: DescribeOptions = {}): ImageDescription {
  const file = checkBytes(bytes, "bytes");
  const { chip = "auto" } = checkDescribeOptions(options, "options");
  const image = parseImage(file, chip);
  const descriptor = image.chip === null ? null : chipById(image.chip);
  const end = file.length - image.trailing.length;
  const { application, bootloader } = findDescriptors(descriptor, image);
  const header = describeHeader(descriptor, image);
  const { checksum, crc } = image;
  return {
    sizeBytes: file.length,
    chip: image.chip,
    chipName: descriptor?.name ?? `unknown chip id ${image.extended?.chipId}`,
    chipDetected: chip === "auto",
    format: image.format,
    header,
    extendedHeader: image.extended === null ? null : describeExtended(image.extended),
    segments: describeSegments(descriptor, image),
    checksum: checksum === null ? null : checked(checksum, checksum.stored === checksum.computed),
    digest: image.digest === null ? null : describeDigest(image.digest),
    crc: crc === null ? null : checked(crc, crc.stored === crc.computed),
    application: application === null ? null : { ...application, elfSha256: toHex(application.elfSha256) },
    bootloader,
    signatures: image.problems.length > 0 ? [] : findSignatures(file, end, descriptor),
    trailing: describeTrailing(image.trailing, end),
    notices: [...image.notices, ...(descriptor === null ? [] : unknownSettings(header))],
    problems: image.problems,
  };
}

/** What all chips with an extended header have in common: their sizes. */
const UNKNOWN_CHIP: FlashHeaderCodes = { name: "unknown chip", flashSizes: ESP32.flashSizes, flashFrequencies: {} };

function describeHeader(chip: ChipDescriptor | null, { header, format }: FirmwareImage): HeaderDescription {
  const { size, frequency, mode } = decodeFlashHeader(chip ?? UNKNOWN_CHIP, header);
  const { segmentCount, modeByte, sizeFrequencyByte }: ImageHeader = header;
  return {
    imageVersion: format === "esp8266-v2" ? 2 : 1,
    entry: header.entry === 0 ? null : header.entry,
    segmentCount,
    modeByte,
    sizeFrequencyByte,
    flashSize: size,
    flashFrequency: frequency,
    flashMode: mode,
  };
}

function describeExtended(extended: ExtendedImageHeader): ExtendedHeaderDescription {
  const { wpPin, pinDrives, chipId } = extended;
  const [clockQ = 0, dCs = 0, hdWp = 0] = pinDrives;
  return {
    wpPin,
    wpPinDisabled: wpPin === WP_PIN_DISABLED,
    pinDrives: {
      clock: clockQ & 0xf,
      q: clockQ >> 4,
      d: dCs & 0xf,
      cs: dCs >> 4,
      hd: hdWp & 0xf,
      wp: hdWp >> 4,
    },
    chipId,
    chipName: imageChipName(chipId),
    minimumRevision: extended.minimumRevision,
    minimumRevisionFull: extended.minimumRevisionFull,
    maximumRevisionFull: extended.maximumRevisionFull,
    hasDigest: extended.hasDigest,
  };
}

function describeSegments(chip: ChipDescriptor | null, { segments }: FirmwareImage): SegmentDescription[] {
  return segments.map(({ address, data, fileOffset, includeInChecksum }, index) => {
    const memoryTypes = chip === null ? [] : memoryTypesAt(chip, address);
    return {
      index,
      address,
      sizeBytes: data.length,
      fileOffset,
      memoryTypes,
      isPadding: memoryTypes.includes(PADDING_REGION),
      includeInChecksum,
    };
  });
}

function describeDigest({ stored, computed }: StoredCheck<Uint8Array<ArrayBuffer>>): CheckDescription<string> {
  return { stored: toHex(stored), computed: toHex(computed), isValid: equalBytes(stored, computed) };
}

function checked<T>(check: StoredCheck<T>, isValid: boolean): CheckDescription<T> {
  return { ...check, isValid };
}

function describeTrailing(trailing: Uint8Array, offset: number): TrailingDescription | null {
  if (trailing.length === 0) return null;
  return { offset, sizeBytes: trailing.length, isErased: isErased(trailing) };
}

/** A loop, not every(): this may be most of a whole flash. */
function isErased(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0xff) return false;
  return true;
}

function unknownSettings(header: HeaderDescription): ImageNotice[] {
  const { flashSize, flashFrequency, flashMode, modeByte, sizeFrequencyByte } = header;
  const unknown: string[] = [];
  if (flashSize === null) unknown.push(`Unknown flash size code 0x${(sizeFrequencyByte >> 4).toString(16)}`);
  if (flashFrequency === null) unknown.push(`Unknown flash frequency code 0x${(sizeFrequencyByte & 0xf).toString(16)}`);
  if (flashMode === null) unknown.push(`Unknown flash mode code 0x${modeByte.toString(16)}`);
  return unknown.map((what) => warning("image.unknown-flash-setting", `${what} in the image header.`));
}
