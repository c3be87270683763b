import { describe, expect, it } from "vitest";
import { fixtureImage } from "../../../test/support/image/fixture-image.ts";
import { hexRecord, randomHexFile, textBytes } from "../../../test/support/image/hex-records.ts";
import { FUZZ_RUNS, feed, mutated, randomBytes, seededRandom } from "../../../test/support/mutation.ts";
import { thrown } from "../../../test/support/thrown.ts";
import { concatBytes } from "../bytes/words.ts";
import { writeUf2 } from "./exchange/uf2.ts";
import { writeIntelHex } from "./exchange/write-intel-hex.ts";
import { overlapError } from "./overlap.ts";
import { readFirmwareFile } from "./read-firmware-file.ts";

const PLACE = { address: 0x1000, name: "app" };
const RUNS = [
  { address: 0x1000, data: Uint8Array.from({ length: 100 }, (_, index) => index) },
  { address: 0x8000, data: Uint8Array.of(1, 2, 3) },
];
const UF2 = writeUf2(RUNS, { familyId: 0x1c5f21b0, md5: true });
const HEX = writeIntelHex(RUNS);

describe("readFirmwareFile", () => {
  it("takes Intel HEX and UF2 at their own addresses", () => {
    const parts = RUNS.map((run, index) => ({ ...run, name: `app [${index + 1}/2]` }));
    expect(readFirmwareFile(HEX, PLACE)).toEqual({ kind: "intel-hex", parts, familyId: null, notices: [] });
    expect(readFirmwareFile(UF2, PLACE)).toEqual({ kind: "uf2", parts, familyId: 0x1c5f21b0, notices: [] });
    const single = readFirmwareFile(writeIntelHex(RUNS.slice(1)), PLACE);
    expect(single.parts).toEqual([{ ...RUNS[1], name: "app" }]);
  });

  it("tells when the given address is ignored", () => {
    for (const file of [HEX, UF2]) {
      const { notices } = readFirmwareFile(file, { ...PLACE, address: 0x20000 });
      expect(notices).toMatchObject([{ level: "note", code: "image.own-addresses" }]);
    }
  });

  it("leaves anything else as it is", () => {
    const elf = concatBytes([Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), new Uint8Array(60)]);
    for (const [kind, data] of [
      ["elf", elf],
      ["binary", Uint8Array.of(0xe9, 1, 2, 3)],
      ["binary", new Uint8Array(0)],
      ["binary", Uint8Array.of(0x3a)],
      ["binary", Uint8Array.from({ length: 64 }, (_, index) => (index === 0 ? 0x3a : index * 37))],
      ["binary", textBytes(":smile: is no record at all")],
      ["binary", UF2.subarray(0, 4)],
    ] as const) {
      const read = readFirmwareFile(data, PLACE);
      expect(read).toEqual({ kind, parts: [{ ...PLACE, data }], familyId: null, notices: [] });
      expect(read.parts[0]?.data).toBe(data);
    }
  });

  it("does not take damaged text or blocks for a binary", () => {
    const damaged = HEX.slice();
    damaged[40] = 0x80;
    expect(thrown(() => readFirmwareFile(damaged, PLACE)).code).toBe("image.invalid");
    expect(thrown(() => readFirmwareFile(HEX.subarray(0, HEX.length - 13), PLACE)).code).toBe("image.invalid");
    const blocks = UF2.slice();
    blocks[40] = 0x80;
    expect(thrown(() => readFirmwareFile(blocks, PLACE)).code).toBe("image.invalid");
    expect(thrown(() => readFirmwareFile(UF2.subarray(0, 100), PLACE)).code).toBe("image.truncated");
  });

  it("reads Intel HEX behind a comment", () => {
    const { kind, parts } = readFirmwareFile(fixtureImage("h_comment.hex"), { address: 0x10000, name: "a.hex" });
    expect(kind).toBe("intel-hex");
    expect(parts.map(({ address, data }) => [address, data.length])).toEqual([[0x10000, 16]]);
    const comments = textBytes("# one\r\n// two\n; three\n:00000001FE\n");
    const error = thrown(() => readFirmwareFile(comments, PLACE));
    expect(error).toMatchObject({ code: "image.invalid", details: { line: 4 } });
  });

  it("refuses Intel HEX in UTF-16, which would be written as it is", () => {
    const error = thrown(() => readFirmwareFile(fixtureImage("h_u16.hex"), { address: 0, name: "a.hex" }));
    expect(error.code).toBe("image.invalid");
    expect(error.message).toContain("UTF-16");
  });

  it.each([
    [
      "a.hex",
      "<html></html>",
      "'a.hex' is named like an Intel HEX file, but it is an HTML page: it is taken as it is.",
    ],
    ["A.UF2", "no blocks", "'A.UF2' is named like a UF2 file, but its contents are none: it is taken as it is."],
    ["a.elf", "no program", "'a.elf' is named like an ELF file, but its contents are none: it is taken as it is."],
    ["a.bin", "<html></html>", undefined],
  ])("warns of a name that the contents do not keep: %s", (name, text, message) => {
    const { kind, notices } = readFirmwareFile(textBytes(text), { address: 0, name });
    expect(kind).toBe("binary");
    expect(notices[0]?.message).toBe(message);
  });

  it("refuses files without data", () => {
    expect(thrown(() => readFirmwareFile(textBytes(":00000001FF\n"), PLACE)).code).toBe("image.invalid");
  });

  it("closes gaps inside a sector, so that the parts do not erase each other", () => {
    const runs = [
      { address: 0x1fff, data: Uint8Array.of(1) },
      { address: 0x2ffe, data: Uint8Array.of(2) },
      { address: 0x3000, data: Uint8Array.of(3) },
      { address: 0x3004, data: Uint8Array.of(4, 5) },
    ];
    const { parts } = readFirmwareFile(writeIntelHex(runs), PLACE);
    expect(parts).toEqual([
      { address: 0x1fff, data: Uint8Array.of(1), name: "app [1/3]" },
      { address: 0x2ffe, data: Uint8Array.of(2), name: "app [2/3]" },
      { address: 0x3000, data: Uint8Array.of(3, 0xff, 0xff, 0xff, 4, 5), name: "app [3/3]" },
    ]);
    expect(overlapError(parts)).toBeNull();
  });

  it("does not let tiny pieces fill the memory", () => {
    const lines: string[] = [];
    for (let upper = 0; upper < 0x110; upper++) {
      lines.push(hexRecord(4, 0, [upper >>> 8, upper & 0xff]));
      for (let sector = 0; sector < 0x1_0000; sector += 0x1000)
        lines.push(hexRecord(0, sector, [1]), hexRecord(0, sector + 0xffe, [1]));
    }
    const file = textBytes([...lines, ":00000001FF"].join("\n"));
    expect(thrown(() => readFirmwareFile(file, PLACE)).code).toBe("image.invalid");
  });

  it("gives a value or an EspError for any bytes, and parts that never share a sector", () => {
    const random = seededRandom(3);
    const seeds = [HEX, UF2, Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0), randomBytes(random, 50)];
    const make = (): Uint8Array<ArrayBuffer> => (random(3) === 0 ? randomHexFile(random) : mutated(random, seeds));
    const counts = feed(FUZZ_RUNS, make, (bytes) => {
      const file = readFirmwareFile(bytes, PLACE);
      for (const { parts } of file.families ?? [file])
        if (parts.length === 0 || overlapError(parts) !== null) throw new Error("parts share a sector");
    });
    expect(Object.keys(counts.refused).sort()).toEqual(["image.invalid", "image.truncated"]);
    expect(counts.accepted).toBeGreaterThan(FUZZ_RUNS / 20);
  });
});
