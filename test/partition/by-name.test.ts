import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";

const CSV = `nvs,data,nvs,0x9000,0x4000,
otadata,data,ota,0xd000,0x2000,
factory,app,factory,0x10000,64K,
one,app,ota_0,0x20000,64K,
two,app,ota_1,0x30000,64K,
fs,data,spiffs,0x40000,8K,
a=b,data,0x40,0x42000,4K,
`;

function board(): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(0x8000, encodePartitionTable(parsePartitionCsv(CSV).partitions));
  return chip;
}

const FILES = {
  "nvs.bin": new Uint8Array(0x4000).fill(0x11),
  "small.bin": new Uint8Array(0x100).fill(0x22),
  "nvs=x": new Uint8Array(0x100).fill(0x33),
  "large.bin": new Uint8Array(0x2001).fill(0x44),
  args: new TextEncoder().encode("0x50000 small.bin"),
  "table.csv": new TextEncoder().encode("moved,data,nvs,0x60000,0x4000,\n"),
};

async function run(chip: VirtualChip, ...line: string[]) {
  const host = testCliHost({ port: chip.port, files: FILES });
  const code = await runCli(["-p", "x", ...line], host);
  return { code, all: `${host.out()}${host.err()}`.replace(/\s+/g, " "), host };
}

const at = (chip: VirtualChip, address: number): number | undefined => chip.flash.read(address, 1)[0];

describe("a partition in the place of an address", () => {
  it.each<[string, number, number]>([
    ["nvs=nvs.bin", 0x9000, 0x11],
    ["@nvs nvs.bin", 0x9000, 0x11],
    ["data:nvs=small.bin", 0x9000, 0x22],
    ["@data:spiffs small.bin", 0x40000, 0x22],
    ["ota:next=small.bin", 0x20000, 0x22],
    ["@ota:running small.bin", 0x10000, 0x22],
    ["@name:a=b small.bin", 0x42000, 0x22],
    ["0x50000 nvs=x", 0x50000, 0x33],
    ["@fs nvs=x", 0x40000, 0x33],
    ["0x50000 small.bin fs=nvs=x", 0x40000, 0x33],
    ["@args", 0x50000, 0x22],
  ])("write-flash %s", async (words, address, value) => {
    const chip = board();
    const { code, all } = await run(chip, "write-flash", ...words.split(" "));
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    expect(at(chip, address)).toBe(value);
  });

  it.each<[string, string]>([
    ["fs=large.bin", "'large.bin' has 8193 bytes, and the partition 'fs' 8192: 1 too many."],
    ["@fs large.bin 0x50000 small.bin", "1 too many"],
    ["app=small.bin", "'app' may be factory (app, factory), one (app, ota_0) or two (app, ota_1)."],
    ["nsv=small.bin", "There is no partition 'nsv' in the table."],
    ["@nvs=nvs.bin", "has a file behind its name, and '@' before it. code: argument.invalid hint: Write: nvs=nvs.bin."],
    ["@nvs=a/nvs.bin", "a file for a partition is written NAME=FILE, without @"],
    ["@nvs", "There is no file for the partition 'nvs', and no argument file of that name."],
    ["0x50000=small.bin", "has an address where a partition's name should be"],
    ["nvs=none.bin", "There is no file 'none.bin'"],
    ["nvs=small.bin --flash-type nand --spi-connection 12,13,11,9,10", "NAND flash has no partitions"],
  ])("write-flash %s is refused, and nothing is erased", async (words, said) => {
    const chip = board();
    const counts = JSON.stringify(chip.flash.counters);
    const { code, all } = await run(chip, "write-flash", ...words.split(" "));
    expect([code, all]).toEqual([2, expect.stringContaining(said)]);
    expect(JSON.stringify(chip.flash.counters)).toBe(counts);
  });

  it("is read, compared and erased", async () => {
    const chip = board();
    await run(chip, "write-flash", "nvs=nvs.bin");
    const whole = await run(chip, "read-flash", "@nvs", "out.bin");
    expect(whole.host.stored.get("out.bin")).toEqual(FILES["nvs.bin"]);
    const part = await run(chip, "read-flash", "@data:nvs", "0x10", "out.bin");
    expect(part.host.stored.get("out.bin")).toHaveLength(0x10);
    expect((await run(chip, "read-flash", "@nvs", "0x4001", "out.bin")).all).toContain("has 16384 bytes, not 16385");
    expect((await run(chip, "read-flash", "@nvs")).all).toContain("The argument OUTPUT is missing.");
    expect((await run(chip, "read-flash", "0x9000", "out.bin")).code).toBe(2);
    expect((await run(chip, "verify-flash", "nvs=nvs.bin")).code).toBe(0);
    expect((await run(chip, "verify-flash", "@nvs", "nvs=x")).code).not.toBe(0);
    expect((await run(chip, "erase-region", "@nvs")).code).toBe(0);
    expect(chip.flash.read(0x9000, 0x4000).every((byte) => byte === 0xff)).toBe(true);
    expect(at(chip, 0x8000)).toBe(0xaa);
  });

  it("is of a table in a file, or at another address, where that is given", async () => {
    const chip = board();
    expect((await run(chip, "write-flash", "--partition-table", "table.csv", "moved=small.bin")).code).toBe(0);
    expect(at(chip, 0x60000)).toBe(0x22);
    for (const line of [
      ["read-flash", "@moved", "out.bin"],
      ["verify-flash", "moved=small.bin"],
      ["erase-region", "@moved"],
    ])
      expect((await run(chip, ...line, "--partition-table", "table.csv")).code, line.join(" ")).toBe(0);
    for (const line of [
      ["read-flash", "@nvs", "out.bin"],
      ["write-flash", "nvs=small.bin"],
      ["verify-flash", "nvs=small.bin"],
      ["erase-region", "@nvs"],
    ])
      expect((await run(chip, ...line, "--partition-table-address", "0x70000")).all).toContain(
        "no partition table at 0x70000",
      );
  });

  it("is told of where a file by address reaches into the next one", async () => {
    const { all, code } = await run(board(), "write-flash", "0x41000", "large.bin", "nvs=small.bin");
    expect([code, all]).toEqual([
      0,
      expect.stringContaining("'large.bin' at 0x41000 goes into several partitions: fs, a=b."),
    ]);
  });

  it("is not taken from a table whose MD5 is wrong", async () => {
    const chip = board();
    chip.flash.place(0x8008, Uint8Array.from([1]));
    const { code, all } = await run(chip, "write-flash", "nvs=small.bin");
    expect([code, all]).toEqual([2, expect.stringContaining("MD5")]);
  });
});
