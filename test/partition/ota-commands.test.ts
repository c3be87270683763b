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
`;

function board(csv = CSV): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(0x8000, encodePartitionTable(parsePartitionCsv(csv).partitions));
  return chip;
}

const APP = Uint8Array.from({ length: 5000 }, (_, index) => (index === 0 ? 0xe9 : index === 12 ? 5 : index & 1));
const FILES = {
  "app.bin": APP,
  "large.bin": Uint8Array.from({ length: 0x10001 }, (_, index) => (index === 0 ? 0xe9 : index === 12 ? 5 : 1)),
  "text.bin": new Uint8Array(100).fill(0x61),
  "table.csv": new TextEncoder().encode(CSV),
};

async function run(chip: VirtualChip, line: string) {
  const host = testCliHost({ port: chip.port, files: FILES });
  const code = await runCli(["-p", "x", ...line.split(" ")], host);
  return { code, all: `${host.out()}${host.err()}`.replace(/\s+/g, " ") };
}

describe("ota", () => {
  it("shows what boots and why, switches there and back, and erases", async () => {
    const chip = board();
    expect((await run(chip, "ota show")).all).toContain(
      "Copy 0: blank. Copy 1: blank. 'factory' boots: the OTA data is blank.",
    );
    expect((await run(chip, "ota set next")).all).toContain("'one' boots: it has the only copy that counts (copy 0).");
    expect((await run(chip, "ota set two --state new")).all).toContain(
      "'two' boots: it has the higher sequence (copy 1).",
    );
    const shown = await run(chip, "ota show --rollback");
    expect(shown.all).toContain("Copy 0: sequence 1 (ota_0), state undefined, CRC 0x4743989a right.");
    expect(shown.all).toContain("Copy 1: sequence 2 (ota_1), state new, CRC 0x55f63774 right.");
    expect(shown.all).toContain("On its way the bootloader sets the state of copy 1 to pending-verify.");
    expect((await run(chip, "ota set ota_1")).all).toContain("It boots already; nothing was written.");
    expect((await run(chip, "ota set 0")).all).toContain("'one' boots");
    const erased = await run(chip, "ota erase");
    expect([erased.code, erased.all]).toEqual([0, expect.stringContaining("'factory' boots")]);
    expect(chip.flash.read(0xd000, 0x2000).every((byte) => byte === 0xff)).toBe(true);
  });

  it("set warns of a slot without an application, and of none that has one", async () => {
    const chip = board();
    const empty = await run(chip, "ota set one");
    expect([empty.code, empty.all]).toEqual([
      0,
      expect.stringContaining("'one' is empty: there is no application in it."),
    ]);
    expect(empty.all).toContain("esptool ota write");
    // Also where it boots already.
    expect((await run(chip, "ota set one")).all).toContain("'one' is empty");
    chip.flash.place(0x20000, new Uint8Array(64).fill(0x61));
    expect((await run(chip, "--json ota set one")).all).toContain('"slotHolds":"other"');
    expect((await run(chip, "ota set one")).all).toContain("'one' does not begin like an application");
    chip.flash.place(0x20000, APP);
    const full = await run(chip, "ota set one");
    expect([full.code, full.all.includes("Warning")]).toEqual([0, false]);
  });

  it("write puts an application into the other slot and boots it", async () => {
    const chip = board();
    await run(chip, "ota set one");
    const { code, all } = await run(chip, "ota write app.bin --no-progress --force");
    expect([code, all]).toEqual([0, expect.stringContaining("'two' boots")]);
    expect(chip.flash.read(0x30000, APP.length)).toEqual(APP);
    expect(chip.flash.read(0x20000, 16).every((byte) => byte === 0xff)).toBe(true);
  });

  it.each([
    ["ota write large.bin --force", "has 65537 bytes, and the partition 'two' 65536: 1 too many."],
    ["ota write text.bin", "is no application"],
    ["ota write app.bin --slot one", "boots now, and is not written over"],
    ["ota write app.bin --slot ota_7", "has no slot ota_7"],
    ["ota set three", "There is no slot 'three'."],
  ])("refuses %s, and changes nothing", async (line, said) => {
    const chip = board();
    await run(chip, "ota set one");
    const before = chip.flash.counters;
    const counts = JSON.stringify(before);
    const { code, all } = await run(chip, line);
    expect([code, all]).toEqual([2, expect.stringContaining(said)]);
    expect(JSON.stringify(chip.flash.counters)).toBe(counts);
  });

  it("goes by a table in a file where the chip has none", async () => {
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    expect((await run(chip, "ota show")).all).toContain(
      "There is no partition table at 0x8000: the flash is blank there.",
    );
    const options = "--partition-table table.csv --partition-table-address 0x8000 --spi-connection SPI";
    for (const command of ["ota set one", "ota show", "ota erase"])
      expect((await run(chip, `${command} ${options}`)).code, command).toBe(0);
    expect((await run(chip, `ota write app.bin --force ${options}`)).code).toBe(0);
  });

  it("is refused where the table has no OTA data, or a wrong MD5", async () => {
    const plain = board("nvs,data,nvs,0x9000,0x4000,\nfactory,app,factory,0x10000,64K,\n");
    expect((await run(plain, "ota show")).all).toContain("'factory' boots: the table has no OTA data.");
    expect((await run(plain, "ota set one")).all).toContain("no partition for OTA data");
    const damaged = board();
    damaged.flash.place(0x8008, Uint8Array.from([1]));
    expect(await run(damaged, "ota set one")).toEqual({ code: 2, all: expect.stringContaining("MD5") });
  });
});
