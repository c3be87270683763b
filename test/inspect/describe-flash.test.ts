import { describe, expect, it } from "vitest";
import { makeLittleFs, parseFileSystem } from "../../src/filesystem.ts";
import { connect } from "../../src/index.ts";
import {
  describeFlash,
  encodePartitionTable,
  type FlashReader,
  flashOfBytes,
  flashOfChip,
} from "../../src/partition.ts";
import { virtualChip } from "../../src/virtual.ts";
import { casesOf, goldenImage } from "../support/filesystem/golden-cases.ts";
import { boardFlash } from "../support/inspect/board-flash.ts";
import { mutated, seededRandom } from "../support/mutation.ts";

const STORAGE = { name: "storage", type: 1, subtype: 0x82, address: 0xa0000, encrypted: false, readonly: false };

/** Counts what is read. */
function counting(flash: FlashReader): FlashReader & { readonly ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  return {
    ranges,
    sizeBytes: flash.sizeBytes,
    read: async (address, sizeBytes) => {
      ranges.push([address, sizeBytes]);
      return await flash.read(address, sizeBytes);
    },
  };
}

const contents = async (flash: Uint8Array) =>
  Object.fromEntries((await describeFlash(flashOfBytes(flash))).partitions.map(({ name, content }) => [name, content]));

describe("one page about a flash", () => {
  it("says what is in each partition, and which slot boots and why", async () => {
    const found = await describeFlash(flashOfBytes(boardFlash()));
    expect(found).toMatchObject({
      digest: "right",
      sizeBytes: 0x100000,
      tableAddress: 0x8000,
      problems: [],
      boots: { partition: { name: "app1" }, copy: 1, reason: "only-copy" },
    });
    expect(Object.fromEntries(found.partitions.map(({ name, content }) => [name, content]))).toMatchObject({
      nvs: {
        kind: "nvs",
        problems: 0,
        namespaces: [
          { name: "wifi", entries: 2 },
          { name: "app", entries: 1 },
        ],
      },
      otadata: { kind: "ota-data", otaData: { copies: [{ blank: true }, { sequence: 2, crcValid: true }] } },
      app0: {
        kind: "application",
        projectName: "blink",
        version: "v1.2.3",
        idfVersion: "v5.5",
        compileDate: "Sep 13 2026",
        compileTime: "19:46:07",
        elfSha256: Buffer.from(Array.from({ length: 32 }, (_, at) => at + 1)).toString("hex"),
      },
      app1: { kind: "application", version: "v2.0.0" },
      keys: { kind: "not-read" },
      coredump: { kind: "core-dump", sizeBytes: 0x1234 },
      storage: {
        kind: "file-system",
        fileSystem: "littlefs",
        files: 2,
        usedBytes: 7 * 4096,
        sizeBytes: 0x20000,
        problems: 0,
      },
      other: { kind: "unknown" },
    });
  });

  it("reads the starts of applications, nothing of keys, and nothing twice", async () => {
    const flash = counting(flashOfBytes(boardFlash()));
    await describeFlash(flash);
    const inApps = flash.ranges.filter(([address]) => address >= 0x10000 && address < 0x90000);
    expect(inApps).toEqual([
      [0x10000, 288],
      [0x50000, 288],
    ]);
    expect(flash.ranges.some(([address, size]) => address < 0x91000 && address + size > 0x90000)).toBe(false);
    expect(flash.ranges).toHaveLength(8);
  });

  it.each(casesOf("littlefs"))(
    "reads directories of a LittleFS alone, and says what reading all of it does: $name",
    async (one) => {
      const image = goldenImage(one);
      const { kind, usedBytes, entries, problems } = parseFileSystem(image);
      const flash = new Uint8Array(0x100000).fill(0xff);
      flash.set(boardFlash().subarray(0, 0xa0000));
      flash.set(encodePartitionTable([{ ...STORAGE, sizeBytes: image.length }]), 0x8000);
      flash.set(image, STORAGE.address);
      const [found] = (await describeFlash(flashOfBytes(flash))).partitions;
      const files = entries.filter((entry) => entry.kind === "file").length;
      const { length: sizeBytes } = image;
      const content = { kind: "file-system", fileSystem: kind, sizeBytes, usedBytes, files, problems: problems.length };
      expect(found?.content).toEqual(content);
    },
  );

  it("reads nothing of the files of a LittleFS", async () => {
    const files = Array.from({ length: 30 }, (_, index) => ({
      path: `d${index % 7}/${index}`,
      content: new Uint8Array(9000),
    }));
    const image = makeLittleFs(files, { sizeBytes: 0x100000 });
    const flash = new Uint8Array(0x1a0000).fill(0xff);
    flash.set(encodePartitionTable([{ ...STORAGE, sizeBytes: image.length }]), 0x8000);
    flash.set(image, STORAGE.address);
    const counted = counting(flashOfBytes(flash));
    const [found] = (await describeFlash(counted)).partitions;
    expect(found?.content).toMatchObject({ files: 30, usedBytes: parseFileSystem(image).usedBytes });
    const read = counted.ranges.filter(([address]) => address >= STORAGE.address);
    // Eight pairs of blocks, of which two stand in what is looked at first.
    expect(read.reduce((sum, [, size]) => sum + size, 0)).toBe(0x10000);
    expect(read).toHaveLength(2);
  });

  it("is the same of a chip as of a backup of it", async () => {
    const bytes = new Uint8Array(0x400000).fill(0xff);
    bytes.set(boardFlash());
    const chip = virtualChip("esp32c3", { contents: [{ address: 0, bytes: boardFlash() }] });
    const session = await connect(chip.port);
    expect(await describeFlash(await flashOfChip(session))).toEqual(await describeFlash(flashOfBytes(bytes)));
  });

  it("loses the row of what is damaged and no other", async () => {
    const sound = await contents(boardFlash());
    const flash = boardFlash();
    // Both superblocks of the file system, and the pages of NVS.
    for (const at of [0xa0014, 0xa1014]) flash[at] = 9;
    flash.fill(0xa5, 0x9000, 0xe000);
    const { storage, nvs, ...others } = await contents(flash);
    expect(storage).toMatchObject({ kind: "unreadable", code: "filesystem.unreadable" });
    expect(nvs?.kind).not.toBe("nvs");
    expect({ ...sound, ...others }).toEqual({ ...sound });
  });

  it("tells what is blank, what reaches beyond the flash, and OTA data that cannot be read", async () => {
    const flash = boardFlash();
    flash.fill(0xff, 0xe000, 0x50000);
    flash.fill(0xff, 0x91000, 0xd0000);
    const found = await describeFlash(flashOfBytes(flash));
    const kinds = found.partitions.map(({ content }) => content.kind);
    expect(kinds).toEqual(["nvs", "blank", "blank", "application", "not-read", "blank", "blank", "blank"]);
    expect(found.boots).toMatchObject({ partition: { name: "app0" }, reason: "blank" });
    const short = await describeFlash(flashOfBytes(flash.subarray(0, 0xe000)));
    expect(short.partitions.map(({ content }) => content.kind).slice(0, 3)).toEqual(["nvs", "outside", "outside"]);
    expect(short.boots).toBeNull();
    expect(short.problems.length).toBeGreaterThan(0);
  });

  it("finds a table elsewhere, and says that there is none", async () => {
    const flash = boardFlash();
    flash.copyWithin(0x7000, 0x8000, 0x9000);
    flash.fill(0xff, 0x8000, 0x9000);
    expect(await describeFlash(flashOfBytes(flash))).toMatchObject({ digest: null, partitions: [], boots: null });
    expect((await describeFlash(flashOfBytes(flash), { tableAddress: 0x7000 })).partitions).toHaveLength(8);
    expect((await describeFlash(flashOfBytes(new Uint8Array(0)))).digest).toBeNull();
  });

  it("throws what the reader throws: a chip that is gone is no damage", async () => {
    const broken: FlashReader = {
      sizeBytes: 0x100000,
      read: async (address, sizeBytes) => {
        if (address === 0x10000) throw new Error("gone");
        return boardFlash().subarray(address, address + sizeBytes);
      },
    };
    await expect(describeFlash(broken)).rejects.toThrow("gone");
  });

  it("describes whatever is there", async () => {
    const random = seededRandom(3);
    const sound = boardFlash();
    let tables = 0;
    for (let run = 0; run < 150; run++) {
      const flash = sound.slice();
      for (const [start, end] of [
        [0x8000, 0x8200],
        [0x9000, 0xa000],
        [0xf000, 0xf020],
        [0xa0000, 0xa4000],
      ] as const)
        if (random(2) === 0) flash.set(mutated(random, [flash.slice(start, end)]).subarray(0, end - start), start);
      const { partitions } = await describeFlash(flashOfBytes(flash));
      if (partitions.length > 0) tables++;
    }
    expect(tables).toBeGreaterThan(50);
  });
});
