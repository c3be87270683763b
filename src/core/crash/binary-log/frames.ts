// Shelf: the binary form of ESP-IDF's log (version 2).
// In: bytes of a console, in which frames stand between text.
// Out: the frames as the lines that the log would have printed.

/** One entry of the log. */
export interface LogFrame {
  readonly source: "bootloader" | "app";
  /** E, W, I, D, V. */
  readonly level: string;
  readonly hasLongTime: boolean;
  /** What stands between the head and the checksum. */
  readonly body: Uint8Array;
  readonly sizeBytes: number;
}

const SOURCES: Readonly<Record<number, LogFrame["source"]>> = { 1: "bootloader", 2: "app" };
const LEVELS = "?EWIDV";
const HEAD_BYTES = 3;
const LEAST_BYTES = 15;

/**
 * The frame at an offset. Null: there is none. `unfinished`: more bytes may make one. Fact sheet of crashes, section 10: source, then
 * big-endian 10 bits of length, 3 of level, one for 64 bits of time, 2 of version; at the end a checksum.
 */
export function frameAt(bytes: Uint8Array, offset: number): LogFrame | "unfinished" | null {
  const source = SOURCES[bytes[offset] ?? 0];
  if (source === undefined) return null;
  if (offset + HEAD_BYTES > bytes.length) return "unfinished";
  const control = (bytes[offset + 1] ?? 0) * 256 + (bytes[offset + 2] ?? 0);
  const sizeBytes = control & 0x3ff;
  const level = (control >> 10) & 7;
  if (control >> 14 !== 0 || sizeBytes < LEAST_BYTES || level < 1 || level >= LEVELS.length) return null;
  if (offset + sizeBytes > bytes.length) return "unfinished";
  const frame = bytes.subarray(offset, offset + sizeBytes);
  if (crc8(frame) !== 0) return null;
  return {
    source,
    level: LEVELS[level] ?? "",
    hasLongTime: (control & 0x2000) !== 0,
    body: frame.subarray(HEAD_BYTES, -1),
    sizeBytes,
  };
}

/** Polynomial 0x07, from 0; over a frame with its checksum it is 0. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}
