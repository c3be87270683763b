/** Debug sections that a linker compressed with zstd, with the decompressor of Node. */
import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { packedSections } from "../../../test/support/crash/packed-sections.ts";
import { crashProgram } from "../../../test/support/crash/programs.ts";
import { tellSkipped } from "../../../test/support/skipping.ts";
import { debugInfo, lookUp } from "../../crash.ts";
import { zstdDecompressor } from "./zstd.ts";

/** What Node 22.15 and later have besides. */
const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };
const APP = Uint8Array.from(crashProgram("c3-os-d5.elf") ?? []);
const KNOWN = lookUp(debugInfo(APP), 0x4200_0066);
const ZSTD = 2;

if (zstdCompressSync === undefined) tellSkipped("zstd: this Node has none");

describe("debug sections that are compressed with zstd", () => {
  it("are a problem that names it where nothing unpacks them, as with a Node that has no zstd", () => {
    expect(zstdDecompressor() === undefined).toBe(zstdCompressSync === undefined);
    const info = debugInfo(packedSections(APP, ZSTD, (bytes) => bytes));
    expect(lookUp(info, 0x4200_0066)?.frames[0]).toMatchObject({ file: null, line: null });
    expect(info.problems.map(({ message }) => message).join("\n")).toContain("compressed with zstd");
  });

  describe.skipIf(zstdCompressSync === undefined)("where Node has zstd", () => {
    const compress = (bytes: Uint8Array): Uint8Array => zstdCompressSync?.(bytes) ?? bytes;
    const open = (bytes: Uint8Array) => debugInfo(bytes, { zstd: zstdDecompressor() });

    it("are read as if they were not", () => {
      const packed = packedSections(APP, ZSTD, compress);
      expect(packed.length).toBeLessThan(APP.length);
      const info = open(packed);
      expect(lookUp(info, 0x4200_0066)).toEqual(KNOWN);
      expect(info.problems).toEqual([]);
    });

    it.each([
      ["hold more than they say", (bytes: Uint8Array) => compress(Buffer.concat([bytes, Buffer.alloc(1)]))],
      ["hold less than they say", (bytes: Uint8Array) => compress(bytes.subarray(1))],
      ["are cut off", (bytes: Uint8Array) => compress(bytes).subarray(0, -9)],
      ["are none", (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a)],
    ])("are damaged when they %s", (_, pack) => {
      const info = open(packedSections(APP, ZSTD, pack));
      expect(lookUp(info, 0x4200_0066)?.frames[0]).toMatchObject({
        functionName: "sensor_read",
        file: null,
        line: null,
      });
      expect(info.problems[0]?.message).toContain("damaged");
    });

    it("are unpacked no further than they say", () => {
      const packed = compress(new Uint8Array(64 << 20));
      expect(packed.length).toBeLessThan(1 << 16);
      expect(() => zstdDecompressor()?.(packed, 1000)).toThrow(/larger than|too large/i);
    });
  });
});
