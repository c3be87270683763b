import { sha256 } from "../../bytes/sha256.ts";
import { padTo, roundDown } from "../../bytes/words.ts";
import { ESP32 } from "../../chip/descriptors/esp32.ts";
import { isIromAddress } from "../../chip/regions.ts";
import { EspError } from "../../errors.ts";
import { sealImage } from "../firmware/build-image.ts";
import { IMAGE_HEADER_BYTES, type ImageHeader, WRAPPER_SEGMENT_COUNT } from "../firmware/firmware-image.ts";
import type { ImageNotice } from "../notice.ts";
import { digestOutside, flashHeader, inChecksum } from "./family-image.ts";
import type { BuiltImages, ImageOutput, ImagePlan } from "./image-plan.ts";
import { requireOwnPages, type SegmentPart } from "./layout-flash-segments.ts";
import { placeElfDigest } from "./place-elf-digest.ts";

/** Where flash is mapped to; its first byte is that of the flash (fact sheet 5.7). */
const FLASH_BASE = 0x40200000;
const SECTOR_BYTES = 0x1000;
const IROM_ALIGNMENT = 16;
const PAGE_BYTES = 0x10000;
/** The SDK of version 3 puts 8 bytes of its own before the read-only data; they are not part of the image. */
const RODATA_SECTION = ".flash.rodata";
const RODATA_BYTES_DROPPED = 8;

/** The images of the ESP8266, versions 1 to 3 (fact sheet 5.7). */
export function buildEsp8266Images(plan: ImagePlan): BuiltImages {
  const { version = 1 } = plan.options;
  return version === 1 ? buildVersion1(plan) : version === 2 ? buildVersion2(plan) : buildVersion3(plan);
}

/** RAM segments in one file; what runs from flash, as it is, in another. */
function buildVersion1(plan: ImagePlan): BuiltImages {
  const { irom, others } = splitIrom(plan);
  const { segments, notices } = withElfDigest(others, IMAGE_HEADER_BYTES, plan);
  const bytes = sealImage({
    header: header(plan, segments.length),
    extended: null,
    segments: segments.map(inChecksum),
    appendDigest: false,
  });
  const outputs: ImageOutput[] = [{ bytes, flashOffset: 0 }];
  if (irom !== null) outputs.push({ bytes: new Uint8Array(irom.data), flashOffset: irom.address - FLASH_BASE });
  return { outputs, notices };
}

/** Both in one file, for boot loaders that choose between two programs. */
function buildVersion2(plan: ImagePlan): BuiltImages {
  const { irom, others } = splitIrom(plan);
  const flash = irom === null ? [] : [{ ...irom, address: 0, data: padTo(irom.data, IROM_ALIGNMENT, 0) }];
  const { segments, notices } = withElfDigest([...flash, ...others], IMAGE_HEADER_BYTES, plan);
  const bytes = sealImage({
    wrapper: header(plan, WRAPPER_SEGMENT_COUNT),
    header: header(plan, others.length),
    extended: null,
    segments: segments.map((segment, index) => ({ ...segment, includeInChecksum: index >= flash.length })),
    appendDigest: false,
  });
  const flashOffset = irom === null ? 0 : roundDown(irom.address - FLASH_BASE, SECTOR_BYTES);
  return { outputs: [{ bytes, flashOffset }], notices };
}

/** ESP-IDF style: all in one list, flash first, with a digest. */
function buildVersion3(plan: ImagePlan): BuiltImages {
  const sorted = plan.segments.toSorted((left, right) => left.address - right.address);
  const isFlash = ({ address }: SegmentPart): boolean => address > FLASH_BASE;
  const flash = sorted.filter(isFlash);
  requireOwnPages(flash, PAGE_BYTES);
  const ordered = [...flash.map(withoutPrefix), ...sorted.filter((segment) => !isFlash(segment))];
  const { segments, notices } = withElfDigest(ordered, IMAGE_HEADER_BYTES, plan);
  const bytes = sealImage({
    header: header(plan, segments.length),
    extended: null,
    segments: segments.map(inChecksum),
    appendDigest: true,
  });
  return { outputs: [{ bytes, flashOffset: null }], notices };
}

function withoutPrefix(segment: SegmentPart): SegmentPart {
  if (segment.name !== RODATA_SECTION) return segment;
  return { ...segment, data: segment.data.subarray(RODATA_BYTES_DROPPED) };
}

/** Version 3 knows the flash sizes of the ESP32. */
function header({ chip, options, entry }: ImagePlan, segmentCount: number): ImageHeader {
  const codes = options.version === 3 ? { ...chip, flashSizes: ESP32.flashSizes } : chip;
  return { segmentCount, entry, ...flashHeader(codes, options) };
}

function splitIrom({ chip, segments }: ImagePlan): { irom: SegmentPart | null; others: readonly SegmentPart[] } {
  const flash = segments.filter(({ address }) => isIromAddress(chip, address));
  if (flash.length > 1)
    throw new EspError("image.invalid", `Found ${flash.length} segments that could be irom0.`, {
      hint: "Bad ELF file? There can be one segment in flash.",
      details: { addresses: flash.map(({ address }) => address) },
    });
  return { irom: flash[0] ?? null, others: segments.filter(({ address }) => !isIromAddress(chip, address)) };
}

function withElfDigest(
  segments: readonly SegmentPart[],
  start: number,
  { elfDigest }: ImagePlan,
): { segments: readonly SegmentPart[]; notices: ImageNotice[] } {
  if (elfDigest === null) return { segments, notices: [] };
  const { offset, file } = elfDigest;
  const placed = placeElfDigest(segments, { offset, digest: () => sha256(file), start });
  return placed === null ? { segments, notices: [digestOutside(offset)] } : { segments: placed, notices: [] };
}
