// Shelf: DWARF as it is written: bytes, abbreviations, attribute forms, units, ranges, line programs.
// In: debug sections.
// Out: units with their entries, ranges and line tables, read when somebody asks.

import { fromUtf8 } from "../../bytes/text.ts";
import { EspError } from "../../errors.ts";

/** Where in the debug sections reading stopped, and why. */
export function damagedDebugInfo(section: string, offset: number, what: string): EspError {
  return new EspError("debug-info.damaged", `The debug information is damaged at ${section}+${offset}: ${what}.`, {
    hint: "Build the program again, or give the ELF file that the linker wrote.",
    details: { section, offset },
  });
}

/** Reads numbers of DWARF one after the other. Throws `debug-info.damaged` at the end of the bytes. */
export class Cursor {
  readonly section: string;
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(section: string, bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.section = section;
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
    if (at > this.end) throw damagedDebugInfo(section, at, "it is outside of the section");
  }

  /** Makes sure that so many bytes are left. */
  need(count: number): void {
    if (this.at + count > this.end) throw damagedDebugInfo(this.section, this.at, "it ends too early");
  }

  skip(count: number): void {
    this.need(count);
    this.at += count;
  }

  u8(): number {
    if (this.at >= this.end) this.need(1);
    return this.bytes[this.at++] ?? 0;
  }

  u16(): number {
    this.need(2);
    const { bytes, at } = this;
    this.at = at + 2;
    return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  }

  u24(): number {
    return this.u16() | (this.u8() << 16);
  }

  u32(): number {
    this.need(4);
    const { bytes, at } = this;
    this.at = at + 4;
    return (
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>>
      0
    );
  }

  /** As a number: beyond 2^53 it is rounded, which no 32-bit program has a use for. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 0x1_0000_0000;
  }

  /** Unsigned LEB128. Larger than 2^53 it is rounded. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > 2 ** 70) throw damagedDebugInfo(this.section, this.at, "a number is too long");
    }
  }

  /** Signed LEB128. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
      if (scale > 2 ** 70) throw damagedDebugInfo(this.section, this.at, "a number is too long");
    }
  }

  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  skipText(): void {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0 || end >= this.end) throw damagedDebugInfo(this.section, this.at, "a text has no end");
    this.at = end + 1;
  }

  /** A zero-terminated text, decoded. */
  text(): string {
    const start = this.at;
    this.skipText();
    return decodeText(this.bytes, start, this.at - 1);
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes. */
  unsigned(sizeBytes: number): number {
    if (sizeBytes === 4) return this.u32();
    if (sizeBytes === 8) return this.u64();
    if (sizeBytes === 2) return this.u16();
    if (sizeBytes === 1) return this.u8();
    throw damagedDebugInfo(this.section, this.at, `a number has ${sizeBytes} bytes`);
  }
}

/** Longer texts are cut: one damaged offset must not make a text of a megabyte. */
const MAXIMUM_TEXT_BYTES = 4096;

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const stop = Math.min(end, start + MAXIMUM_TEXT_BYTES);
  let text = "";
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return fromUtf8(bytes.subarray(start, stop));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The zero-terminated text at an offset of a string section; null where there is none. */
export function textAt(bytes: Uint8Array, offset: number): string | null {
  if (offset >= bytes.length) return null;
  const end = bytes.indexOf(0, offset);
  return decodeText(bytes, offset, end < 0 ? bytes.length : end);
}
