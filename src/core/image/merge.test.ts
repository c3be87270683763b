import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { writeU16, writeU32 } from "../bytes/words.ts";
import { chipById } from "../chip/catalog.ts";
import { parseIntelHex } from "./exchange/intel-hex.ts";
import { parseUf2 } from "./exchange/uf2.ts";
import { type MergeOptions, mergeFirmware } from "./merge.ts";
import type { PlacedFile } from "./overlap.ts";

const ESP32 = chipById("esp32");
const RAW: MergeOptions = { chip: ESP32, format: "raw" };

function file(address: number, length: number, name = `at-${address}`): PlacedFile {
  return { address, data: new Uint8Array(length).fill(0x11), name };
}

/** A bootloader for the ESP32 without segments and digest. */
function bootloader(): PlacedFile {
  const data = new Uint8Array(32);
  data.set([0xe9, 0, 2, 0x20]);
  writeU32(data, 4, 0x40080000);
  writeU16(data, 17, 65535);
  data[31] = 0xef;
  return { address: 0x1000, data, name: "boot.bin" };
}

function code(files: readonly PlacedFile[], options: Partial<MergeOptions> = {}): string {
  return thrown(() => mergeFirmware(files, { ...RAW, ...options })).code;
}

function noticeCodes(files: readonly PlacedFile[], options: Partial<MergeOptions> = {}): string[] {
  return mergeFirmware(files, { ...RAW, ...options }).notices.map((notice) => notice.code);
}

describe("mergeFirmware, raw", () => {
  it("sorts by address and fills gaps with FF, from address 0 or the target offset", () => {
    const files = [file(0x3000, 2), file(0x1000, 3)];
    const { data, files: merged, notices } = mergeFirmware(files, RAW);
    const expected = new Uint8Array(0x3002).fill(0xff);
    expected.fill(0x11, 0x1000, 0x1003).fill(0x11, 0x3000);
    expect(data).toEqual(expected);
    expect(merged.map(({ address }) => address)).toEqual([0x1000, 0x3000]);
    expect(notices).toEqual([]);
    const shifted = mergeFirmware(files, { ...RAW, targetOffset: 0x1000 });
    expect(shifted.data).toEqual(expected.subarray(0x1000));
    expect(shifted.targetOffset).toBe(0x1000);
  });

  it("pads up to a flash size, and says when that is too small", () => {
    const files = [file(0x1000, 0x100)];
    const { data } = mergeFirmware(files, { ...RAW, targetOffset: 0x800, padToSizeBytes: 0x4000 });
    expect(data).toHaveLength(0x3800);
    expect(data.subarray(0x900).every((byte) => byte === 0xff)).toBe(true);
    expect(mergeFirmware(files, { ...RAW, padToSizeBytes: 0x1000 }).data).toHaveLength(0x1100);
    expect(noticeCodes(files, { padToSizeBytes: 0x1000 })).toEqual(["merge.beyond-size"]);
    expect(noticeCodes(files, { padToSizeBytes: 0x1100 })).toEqual([]);
  });

  it("does not change the files it is given", () => {
    const boot = bootloader();
    const before = boot.data.slice();
    const settings = { mode: "qio", frequency: "80m", size: "16MB" };
    const { data, files } = mergeFirmware([file(0x10000, 4), boot], { ...RAW, settings });
    expect([data[0x1002], data[0x1003]]).toEqual([0, 0x4f]);
    expect(files[0]?.patched).toEqual({ parameters: { mode: 0, sizeFrequency: 0x4f }, digestUpdated: false });
    expect(boot.data).toEqual(before);
    expect(noticeCodes([file(0x1000, 64)], { settings })).toEqual(["image.not-patched"]);
  });

  it("takes 16 MB without ado", () => {
    const files = [file(0, 0x400000), file(0x400000, 0x400000), file(0xc00000, 0x400000)];
    expect(mergeFirmware(files, RAW).data).toHaveLength(0x1000000);
  });
});

describe("mergeFirmware, refusals", () => {
  it("lets no two files share a sector", () => {
    expect(code([file(0x1000, 1), file(0x1fff, 1)])).toBe("flash.overlap");
    expect(code([file(0x1fff, 2), file(0x2800, 1)])).toBe("flash.overlap");
    expect(code([file(0x3000, 1), file(0x1000, 0x2001)])).toBe("flash.overlap");
    expect(noticeCodes([file(0x1fff, 1), file(0x2000, 1)])).toEqual([]);
  });

  it("wants files, behind the target offset, at addresses that exist", () => {
    expect(code([])).toBe("argument.invalid");
    for (const format of ["raw", "hex", "uf2"] as const)
      expect(code([file(0x1000, 1)], { format, targetOffset: 0x1001 })).toBe("argument.invalid");
    expect(code([file(0x1000, 1)], { targetOffset: -1 })).toBe("argument.invalid");
    expect(code([file(0xffffffff, 2)])).toBe("argument.invalid");
    expect(code([file(-1, 2)])).toBe("argument.invalid");
    expect(code([file(0.5, 2)])).toBe("argument.invalid");
  });

  it("does not fill the memory for a wrong address or size", () => {
    expect(code([file(0x40000000, 1)])).toBe("argument.invalid");
    expect(code([file(0, 1)], { padToSizeBytes: 2 ** 40 })).toBe("argument.invalid");
    expect(code([file(0, 1)], { padToSizeBytes: Number.NaN })).toBe("argument.invalid");
    expect(mergeFirmware([file(0x40000000, 1)], { ...RAW, targetOffset: 0x40000000 }).data).toHaveLength(1);
  });

  it("passes on what the header and the UF2 writer refuse", () => {
    const settings = { mode: "dio", frequency: "keep", size: "3MB" };
    expect(code([bootloader()], { settings })).toBe("flash.unsupported-size");
    expect(code([file(0, 1)], { format: "uf2", chunkSizeBytes: 6 })).toBe("argument.invalid");
  });
});

describe("mergeFirmware, uf2 and hex", () => {
  const files = [file(0x10000, 5), bootloader()];
  const settings = { mode: "qio", frequency: "keep", size: "keep" };

  it("writes the patched files", () => {
    const runs = mergeFirmware(files, { ...RAW, settings }).files.map(({ address, sizeBytes }) => [address, sizeBytes]);
    const hex = parseIntelHex(mergeFirmware(files, { ...RAW, format: "hex", settings }).data);
    const [uf2] = parseUf2(mergeFirmware(files, { ...RAW, format: "uf2", settings }).data).families;
    for (const parsed of [hex.runs, uf2?.runs ?? []]) {
      expect(parsed.map(({ address, data }) => [address, data.length])).toEqual(runs);
      expect(parsed[0]?.data[2]).toBe(0);
    }
    expect(uf2?.familyId).toBe(0x1c5f21b0);
  });

  it("tells what has no effect", () => {
    expect(noticeCodes([file(0, 1)], { format: "hex" })).toEqual(["merge.single-file"]);
    expect(noticeCodes([file(0, 1)], { format: "uf2", padToSizeBytes: 1 })).toEqual(["merge.padding-ignored"]);
    expect(noticeCodes([file(0, 1)], { format: "uf2", chip: chipById("esp32e22") })).toEqual(["merge.no-family"]);
    expect(noticeCodes([file(0, 1), file(0x1000, 0)])).toEqual(["image.empty"]);
  });
});
