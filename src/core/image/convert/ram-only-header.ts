import { roundUp } from "../../bytes/words.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { CHECKSUM_ALIGNMENT, SEGMENT_HEADER_BYTES } from "../firmware/firmware-image.ts";
import {
  reachIntoPage,
  requireOwnPages,
  requireWordAligned,
  type SegmentPart,
  type SegmentsByMemory,
  zeros,
} from "./layout-flash-segments.ts";

interface RamOnlyOptions {
  readonly chip: ChipDescriptor;
  readonly pageBytes: number;
  /** File offset of the first segment's header. */
  readonly start: number;
}

/**
 * The layout in which the boot ROM sees the RAM segments alone: the flash segments stand behind the checksum, last one
 * first, each where it can be mapped once the file is at the boot loader's place in flash (fact sheet 5.6).
 */
export function hideFlashSegments({ flash, ram }: SegmentsByMemory, options: RamOnlyOptions): SegmentPart[] {
  const { chip, pageBytes, start } = options;
  requireOwnPages(flash, pageBytes);
  const ramBytes = ram.reduce((sum, { data }) => sum + SEGMENT_HEADER_BYTES + data.length, 0);
  const hidden: SegmentPart[] = [];
  let position = roundUp(start + ramBytes + 1, CHECKSUM_ALIGNMENT);
  for (const segment of flash.toReversed()) {
    requireWordAligned(segment);
    const pad = padBefore(segment.address, position, options);
    position += SEGMENT_HEADER_BYTES + pad;
    const longer = reachIntoPage(chip, segment, position);
    position += SEGMENT_HEADER_BYTES + longer.data.length;
    hidden.push(zeros(pad), longer);
  }
  return hidden;
}

function padBefore(address: number, position: number, { chip, pageBytes }: RamOnlyOptions): number {
  const distance = (address - position - 2 * SEGMENT_HEADER_BYTES) % pageBytes;
  const pad = distance < 0 ? distance + pageBytes : distance;
  return (pad < chip.bootloaderOffset ? pad + pageBytes : pad) - chip.bootloaderOffset;
}
