import { hexAddress } from "../../bytes/hex.ts";
import { isFlashAddress } from "../../chip/regions.ts";
import type { ChipDescriptor, ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { SEGMENT_HEADER_BYTES } from "../firmware/firmware-image.ts";

/** A segment on its way into an image. */
export interface SegmentPart {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

export interface SegmentsByMemory {
  readonly flash: readonly SegmentPart[];
  readonly ram: readonly SegmentPart[];
}

/** The section that must come first in flash, so that it stands at a known offset of the file. */
export const APPLICATION_DESCRIPTOR_SECTION = ".flash.appdesc";
const BOOTLOADER_DESCRIPTOR_SECTION = ".dram0.bootdesc";
const PADDING_NAME = "padding";
/** How far a flash segment must reach into its last page of 64 KB for the chip's boot loader (fact sheet 5.6). */
const BYTES_INTO_LAST_PAGE: Partial<Readonly<Record<ChipId, number>>> = { esp32: 0x24 };
const LAST_PAGE_BYTES = 0x10000;

/** Flash and RAM segments, each by address, the descriptors first. */
export function splitByMemory(chip: ChipDescriptor, segments: readonly SegmentPart[]): SegmentsByMemory {
  const sorted = segments.toSorted((left, right) => left.address - right.address);
  const flash = sorted.filter(({ address }) => isFlashAddress(chip, address));
  const ram = sorted.filter(({ address }) => !isFlashAddress(chip, address));
  return {
    flash: withFirst(flash, APPLICATION_DESCRIPTOR_SECTION),
    ram: withFirst(ram, BOOTLOADER_DESCRIPTOR_SECTION),
  };
}

/** Throws `image.invalid` when two flash segments begin in the same page: it can be mapped only once. */
export function requireOwnPages(flash: readonly SegmentPart[], pageBytes: number): void {
  flash.forEach((segment, index) => {
    const before = flash[index - 1];
    if (before === undefined || Math.floor(segment.address / pageBytes) !== Math.floor(before.address / pageBytes))
      return;
    throw new EspError(
      "image.invalid",
      `The segment at ${hexAddress(segment.address)} lands in same ${pageBytes / 1024} KB flash mapping as segment at ${hexAddress(before.address)}.`,
      {
        hint: "Can't generate the image. Suggest changing linker script or ELF to merge sections.",
        details: { address: segment.address, other: before.address, pageBytes },
      },
    );
  });
}

interface LayoutOptions {
  readonly chip: ChipDescriptor;
  readonly pageBytes: number;
  /** File offset of the first segment's header. */
  readonly start: number;
}

/**
 * Puts the segments in an order in which each flash segment's data stand where the cache can map them: at a file offset
 * equal to the address, modulo the page. Gaps are filled with RAM segments, cut where needed, else with zeros.
 * Throws `image.invalid` for flash segments that cannot be aligned.
 */
export function layoutFlashSegments({ flash, ram }: SegmentsByMemory, options: LayoutOptions): SegmentPart[] {
  const { chip, pageBytes } = options;
  requireOwnPages(flash, pageBytes);
  const placed: SegmentPart[] = [];
  let position = options.start;
  const place = (segment: SegmentPart): void => {
    placed.push(segment);
    position += SEGMENT_HEADER_BYTES + segment.data.length;
  };
  let ramIndex = 0;
  let rest = ram[0];
  const nextRam = (): void => {
    ramIndex++;
    rest = ram[ramIndex];
  };
  for (const segment of flash) {
    requireWordAligned(segment);
    for (let pad = padBefore(segment, position, pageBytes); pad > 0; pad = padBefore(segment, position, pageBytes)) {
      if (rest === undefined || pad <= SEGMENT_HEADER_BYTES) place(zeros(pad));
      else if (rest.data.length <= pad) {
        place(rest);
        nextRam();
      } else {
        place({ ...rest, data: rest.data.subarray(0, pad) });
        rest = { ...rest, address: rest.address + pad, data: rest.data.subarray(pad) };
      }
    }
    place(reachIntoPage(chip, segment, position));
  }
  for (; rest !== undefined; nextRam()) place(rest);
  return placed;
}

/**
 * Data bytes of the segment that must come before this one; 0: none needed. It can be a page more than would do: images
 * are the same as the reference's, byte for byte.
 */
function padBefore({ address }: SegmentPart, position: number, pageBytes: number): number {
  const past = (address % pageBytes) - SEGMENT_HEADER_BYTES;
  const pad = pageBytes - (position % pageBytes) + past;
  if (pad === 0 || pad === pageBytes) return 0;
  // The segment that pads has a header of its own.
  const withoutHeader = pad - SEGMENT_HEADER_BYTES;
  return withoutHeader < 0 ? withoutHeader + pageBytes : withoutHeader;
}

/** The segment, longer where it would end too close behind a page's start for this chip. */
export function reachIntoPage(chip: ChipDescriptor, segment: SegmentPart, position: number): SegmentPart {
  const needed = BYTES_INTO_LAST_PAGE[chip.id] ?? 0;
  const past = (position + SEGMENT_HEADER_BYTES + segment.data.length) % LAST_PAGE_BYTES;
  if (past >= needed) return segment;
  const data = new Uint8Array(segment.data.length + needed - past);
  data.set(segment.data);
  return { ...segment, data };
}

/** A segment of zeros that goes nowhere. */
export function zeros(sizeBytes: number): SegmentPart {
  return { address: 0, data: new Uint8Array(sizeBytes), name: PADDING_NAME };
}

/** Segments are padded to words: one at an odd address could never be brought to its place. */
export function requireWordAligned({ address, name }: SegmentPart): void {
  if (address % 4 === 0) return;
  throw new EspError(
    "image.invalid",
    `The flash segment ${name} at ${hexAddress(address)} is not aligned to 4 bytes.`,
    {
      hint: "Align it in the linker script.",
      details: { address },
    },
  );
}

/** Of two sections of one name the first is meant: the other is a mistake of a linker script, or a copy for RAM. */
function withFirst(segments: readonly SegmentPart[], name: string): SegmentPart[] {
  const index = segments.findIndex((segment) => segment.name === name);
  const first = segments[index];
  return first === undefined ? [...segments] : [first, ...segments.toSpliced(index, 1)];
}
