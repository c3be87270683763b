import { bytesOf, type Layout, layout, u8, u16, u32 } from "../../bytes/layout.ts";

/** The headers of firmware images (fact sheet 5.1, 5.2), byte for byte. */

export interface HeaderFields {
  /** 0xE9; around an ESP8266 image of version 2: 0xEA. */
  magic: number;
  /** How many segments follow. Of the wrapper of version 2: 4. */
  segmentCount: number;
  /** Flash mode. */
  modeByte: number;
  /** Flash size in the high half, frequency in the low half. */
  sizeFrequencyByte: number;
  /** Address of the first instruction. */
  entry: number;
}

export const IMAGE_HEADER: Layout<HeaderFields> = layout<HeaderFields>({
  magic: u8,
  segmentCount: u8,
  modeByte: u8,
  sizeFrequencyByte: u8,
  entry: u32,
});

/** Behind the first header, on all chips but the ESP8266. */
export interface ExtendedHeaderFields {
  /** Number of the flash's WP pin; 0xEE: not used. */
  wpPin: number;
  /** Drive strengths of the flash pins, half a byte each. */
  pinDrives: Uint8Array<ArrayBuffer>;
  /** Says for which chip the image is. */
  chipId: number;
  /** The old field: one part of the lowest chip revision. */
  minimumRevision: number;
  /** Lowest chip revision, major x 100 + minor. */
  minimumRevisionFull: number;
  /** Highest chip revision, major x 100 + minor; 65535: no limit. 0 in images from before the field existed. */
  maximumRevisionFull: number;
  /** 0. */
  reserved: Uint8Array<ArrayBuffer>;
  /** 1: a SHA-256 digest follows the checksum. */
  digestFlag: number;
}

export const EXTENDED_HEADER: Layout<ExtendedHeaderFields> = layout<ExtendedHeaderFields>({
  wpPin: u8,
  pinDrives: bytesOf(3),
  chipId: u16,
  minimumRevision: u8,
  minimumRevisionFull: u16,
  maximumRevisionFull: u16,
  reserved: bytesOf(4),
  digestFlag: u8,
});

export interface SegmentHeaderFields {
  /** Where it is loaded to, or seen by the processor; 0: padding. */
  address: number;
  /** Bytes of data behind this header, a multiple of 4. */
  sizeBytes: number;
}

export const SEGMENT_HEADER: Layout<SegmentHeaderFields> = layout<SegmentHeaderFields>({
  address: u32,
  sizeBytes: u32,
});
