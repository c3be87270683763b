/** The binary form of ESP-IDF's log, against what the reference prints of it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatText } from "../../src/core/crash/binary-log/format-text.ts";
import { binaryLogReader, debugInfo } from "../../src/crash.ts";
import { crashCase } from "../support/crash/programs.ts";
import { buildElf } from "../support/image/elf-builder.ts";

interface Expected {
  readonly lines: readonly string[];
  readonly text: readonly string[];
}

const CASE = "binlog-01-embedded";
const BYTES = readFileSync(`test/fixtures/crash/${CASE}/input.bin`);
const want = crashCase<Expected>(CASE);

function read(bytes: Uint8Array, size = bytes.length, options = {}): string {
  const reader = binaryLogReader(options);
  let text = "";
  for (let at = 0; at < bytes.length; at += size)
    text += Buffer.from(reader.push(bytes.subarray(at, at + size))).toString("latin1");
  return text + Buffer.from(reader.flush()).toString("latin1");
}

/** A frame with its checksum. */
function frame(source: number, level: number, body: readonly number[]): Uint8Array {
  const size = body.length + 4;
  const control = (level << 10) | size;
  const bytes = [source, control >> 8, control & 0xff, ...body];
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return Uint8Array.from([...bytes, crc]);
}
const embedded = (text: string): number[] => {
  const marker = 0x1_0000 + 1 - text.length;
  return [marker >> 8, marker & 0xff, ...Buffer.from(text)];
};
const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

describe("a binary log", () => {
  it.each([BYTES.length, 1, 7])("is the text that the reference prints, in pieces of %i bytes", (size) => {
    const text = read(BYTES, size);
    for (const line of want.lines) expect(text).toContain(`${line}\n`);
    for (const line of want.text) expect(text).toContain(line);
    // The copy with a wrong checksum is no frame.
    expect(text.split(`${want.lines[2]}\n`)).toHaveLength(2);
  });

  it("leaves what is no frame as it came", () => {
    const text = "I (1) app: plain\r\n\u0001\u0002\u0002\u0003 \u0001\u00ff\u00ff tail \u0002";
    expect(read(Buffer.from(text, "latin1"), 3)).toBe(text);
    for (let length = 0; length < 60; length++)
      expect(read(BYTES.subarray(0, length)).length).toBeGreaterThanOrEqual(0);
  });

  it("takes texts from the program, those of the boot loader from its own", () => {
    const data = Buffer.from("\0count %d of %s\0tag\0");
    const place = (address: number, name: string) => buildElf({ sections: [{ name, address, data }] });
    const programs = [debugInfo(place(0x3c00_0020, ".flash.rodata"))];
    const bootloaders = [debugInfo(place(0x0000_0000, ".noload"))];
    const at = (base: number) => [
      ...word(base + 1),
      ...word(base + 16),
      ...word(77),
      ...word(0xffff_fffe),
      ...word(base + 16),
    ];
    expect(read(frame(2, 2, at(0x3c00_0020)), 5, { programs, bootloaders })).toBe("W (77) tag: count -2 of tag\n");
    expect(read(frame(1, 3, at(0)), 5, { programs, bootloaders })).toBe("I (77) tag: count -2 of tag\n");
    // What nobody has is told by its address, with what it was to print.
    expect(read(frame(2, 1, at(0x3c00_0020)))).toBe("E (77) <0x3c000030>: <0x3c000021> ff ff ff fe 3c 00 00 30\n");
  });

  it("shows memory in rows", () => {
    const bytes = Array.from({ length: 20 }, (_, index) => 0x41 + index);
    const body = (kind: string) => [
      ...embedded(`__ESP_BUFFER_${kind}_FORMAT__`),
      ...embedded("mem"),
      ...word(5),
      ...word(20),
      ...embedded(String.fromCharCode(...bytes)),
      ...word(0x3ffb_0000),
    ];
    expect(read(frame(2, 3, body("HEX"))).split("\n")[1]).toBe("I (5) mem: 51 52 53 54");
    expect(read(frame(2, 3, body("CHAR")))).toBe("I (5) mem: ABCDEFGHIJKLMNOP\nI (5) mem: QRST\n");
    expect(read(frame(2, 3, body("HEXDUMP")))).toContain("I (5) mem: 0x3ffb0010  51 52 53 54");
  });

  it("says what is missing of a frame that is too short for its format", () => {
    const text = read(frame(2, 3, [...embedded("%d %s %f %c!"), ...embedded("ab"), ...word(1), ...word(7)]));
    expect(text).toBe("I (1) ab: 7 <missing> <missing> <missing>!\n");
  });
});

describe("a format", () => {
  const args = (values: readonly (bigint | number | string)[]) => {
    const rest = [...values];
    return {
      unsigned: () => rest.shift() as bigint,
      double: () => rest.shift() as number,
      text: () => rest.shift() as string,
    };
  };
  // By C's own rules.
  it.each<[string, readonly (bigint | number | string)[], string]>([
    ["%5d|%-5d|%05d|%+d", [42n, 42n, 42n, 42n], "   42|42   |00042|+42"],
    ["%d %hd %hhd %lld", [0xffff_ffffn, 0xffffn, 0x80n, 0xffff_ffff_ffff_fffen], "-1 -1 -128 -2"],
    ["%u %x %X %#x %o", [0xffff_ffffn, 0xabn, 0xabn, 0xabn, 8n], "4294967295 ab AB 0xab 10"],
    ["%.3d|%6.3d|%08.3f|%-08d|", [5n, 5n, -3.25, 5n], "005|   005|-003.250|5       |"],
    ["%s|%.2s|%6s|%-6s|", ["abc", "abc", "abc", "abc"], "abc|ab|   abc|abc   |"],
    ["%*d|%.*s", [4n, 7n, 2n, "abc"], "   7|ab"],
    ["%c%%%p", [0x5an, 0x3ffb_0000n], "Z%0x3ffb0000"],
    ["%e %.1e %g", [12345.678, 0.00012, 0.5], "1.234568e+04 1.2e-04 0.5"],
    ["%f %f", [Number.POSITIVE_INFINITY, Number.NaN], "inf nan"],
    ["100%! %", [], "100%! %"],
    ["%9999d", [1n], `${" ".repeat(255)}1`],
  ])("%s", (format, values, expected) => {
    expect(formatText(format, args(values))).toBe(expected);
  });
});
