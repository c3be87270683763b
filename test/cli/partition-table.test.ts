import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { toHex } from "../../src/core/bytes/hex.ts";
import { sha256 } from "../../src/core/bytes/sha256.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { virtualChip } from "../../src/virtual.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { TABLE_CASES, tableInput, wantedKind } from "../support/partition-cases.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const CSV = `nvs,data,nvs,0x9000,0x5000,
otadata,data,ota,0xe000,0x2000,
app0,app,ota_0,0x10000,1M,
app1,app,ota_1,0x150000,1M,encrypted
`;

async function run(line: readonly string[], options: CliHostOptions = {}, host: TestCliHost = testCliHost(options)) {
  const code = await runCli(line, host);
  const all = `${host.out()}${host.err()}`.replace(/\s+/g, " ");
  return { code, out: host.out(), err: host.err(), all, host };
}

describe("partition-table make, with the original tool's lines", () => {
  it.each(TABLE_CASES)("$name", async (one) => {
    const input = one.args.at(-2) ?? "";
    const output = one.args.at(-1) ?? "";
    const files = { [input]: tableInput(one) };
    const { code, host, err } = await run(["--json", ..."partition-table make".split(" "), ...one.args], {
      files,
      env: one.env,
    });
    const made = host.stored.get(output);
    if (one.errorKind === null) {
      expect([code, err]).toEqual([0, ""]);
      const bytes = made instanceof Uint8Array ? made : expect.unreachable();
      if (one.csv === undefined) expect(toHex(sha256(bytes))).toBe(one.sha256);
      else expect(new TextDecoder().decode(bytes)).toBe(one.csv);
    } else {
      // A crash of the original ends with 1; here whatever is wrong with an input ends with 2.
      expect(code).toBe(2);
      expect(made).toBeUndefined();
      expect(host.out()).toContain(`"kind":"${wantedKind(one)}"`);
    }
  });

  it("reads stdin and writes to stdout", async () => {
    const { code, host } = await run(["partition-table", "make", "-"], { input: utf8(CSV) });
    expect(code).toBe(0);
    expect([...host.outBytes()]).toEqual([...encodePartitionTable(parsePartitionCsv(CSV).partitions)]);
  });

  it.each([
    ["--quiet", ""],
    ["-q", ""],
    ["--verify", "Wrote a binary table of 4 partitions to 't.bin'.\n"],
  ])("with %s", async (option, said) => {
    const { code, out } = await run(["partition-table", "make", option, "t.csv", "t.bin"], {
      files: { "t.csv": utf8(CSV) },
    });
    expect([code, out.split("\n").slice(1).join("\n")]).toEqual([0, said]);
  });
});

describe("partition-table check", () => {
  it("says all that is wrong, with line and column, and fails", async () => {
    const wrong = `nvs,data,nvs,0x9000,0x5000,\n  app0, app, oat_0, 0x10000, 1M,\nx,data,fat,,1Q,\n`;
    const { code, all } = await run(["partition-table", "check", "t.csv"], { files: { "t.csv": utf8(wrong) } });
    expect(code).toBe(2);
    expect(all).toContain("line 2, column 14: There is no subtype 'oat_0'");
    expect(all).toContain("Line 3, column 13: The size '1Q' is no number.");
  });

  it.each([
    [CSV, 0, "is right: 4 partitions"],
    [CSV.replace("0x5000", "0x2000"), 2, "less than 0x3000 bytes"],
    [CSV.replace("0x150000", "0x110000"), 0, "is right"],
    [CSV.replace("app1,", "app0,"), 2, "two partitions of the name 'app0'"],
  ])("%#", async (csv, code, said) => {
    const found = await run(["partition-table", "check", "t.csv"], { files: { "t.csv": utf8(csv) } });
    expect(found.code).toBe(code);
    expect(found.all).toContain(said);
  });

  it.each([
    ["--flash-size 2MB", "does-not-fit-flash"],
    ["--offset 0x10000", "overlap-table-sector"],
    ["--secure v1", null],
    ["--no-verify", null],
    ["--disable-md5sum", null],
    ["--primary-bootloader-offset 0x1000 --recovery-bootloader-offset 0x3f0000", null],
    ["--extra-partition-subtypes data,mine,0x50", null],
  ])("with %s", async (options, kind) => {
    const line = ["--json", "partition-table", "check", ...options.split(" "), "t.csv"];
    const { code, out } = await run(line, { files: { "t.csv": utf8(CSV) } });
    expect(code).toBe(kind === null ? 0 : 2);
    if (kind !== null) expect(out).toContain(`"kind":"${kind}"`);
  });
});

describe("partition-table show", () => {
  it.each([40, 60, 80, 120])("keeps to %i columns", async (columns) => {
    const line = ["partition-table", "show", "t.csv", "--flash-size", "4MB"];
    const { code, out } = await run(line, { files: { "t.csv": utf8(CSV) }, isTTY: true, columns });
    expect(code).toBe(0);
    expect(out.split("\n").filter((text) => text.length > columns)).toEqual([]);
    for (const word of ["nvs", "app1", "encrypted", "free", "0x150000"]) expect(out).toContain(word);
  });

  it("draws to scale", async () => {
    const line = ["partition-table", "show", "t.csv", "--flash-size", "4MB"];
    const { out } = await run(line, { files: { "t.csv": utf8(CSV) }, env: { COLUMNS: "120" } });
    const bar = (name: string): string =>
      /\|(.*)\|/.exec(out.split("\n").find((text) => text.startsWith(name)) ?? "")?.[1] ?? "";
    const share = bar("app0").replaceAll(" ", "").length / bar("app0").length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
    expect(bar("app1").indexOf("#") / bar("app1").length).toBeCloseTo(0x150000 / 0x400000, 1);
  });

  it("writes no control characters of a name to the terminal", async () => {
    const { out } = await run(["partition-table", "show", "t.csv"], {
      files: { "t.csv": utf8("a\u001b[2J\tb,data,nvs,0x9000,0x5000,\n") },
    });
    expect(out).not.toContain("\u001b[2J");
  });
});

describe("partition-table from-chip", () => {
  const table = encodePartitionTable(parsePartitionCsv(CSV).partitions);

  function chipWith(bytes: Uint8Array, address = 0x8000) {
    const chip = virtualChip("esp32c3");
    chip.flash.place(address, bytes);
    return { port: chip.port };
  }

  it("shows what is there and keeps it", async () => {
    const { code, out, host } = await run(["-p", "x", "partition-table", "from-chip", "t.csv"], chipWith(table));
    expect(code).toBe(0);
    expect(out).toContain("app1");
    const kept = host.stored.get("t.csv");
    expect(kept instanceof Uint8Array && new TextDecoder().decode(kept)).toContain(
      "app1,app,ota_1,0x150000,1M,encrypted\n",
    );
    const binary = await run(["-p", "x", "partition-table", "from-chip", "t.bin"], chipWith(table));
    expect(binary.host.stored.get("t.bin")).toEqual(table);
  });

  it("looks where it is told", async () => {
    const line = [
      "-p",
      "x",
      "partition-table",
      "from-chip",
      "--partition-table-address",
      "0x10000",
      "--spi-connection",
      "SPI",
    ];
    const none = await run(line, chipWith(table));
    expect([none.code, none.all]).toEqual([2, expect.stringContaining("There is no partition table at 0x10000")]);
    const moved = encodePartitionTable(
      parsePartitionCsv("nvs,data,nvs,,0x5000,\n", { tableAddress: 0x10000 }).partitions,
    );
    expect((await run([...line, "--disable-md5sum"], chipWith(moved, 0x10000))).out).toContain("nvs");
  });

  it("tells of a wrong MD5, and of partitions beyond the flash", async () => {
    const damaged = Uint8Array.from(table);
    damaged[8] = 1;
    const { code, all } = await run(["-p", "x", "partition-table", "from-chip"], chipWith(damaged));
    expect([code, all]).toEqual([0, expect.stringContaining("MD5")]);
    const large = encodePartitionTable(parsePartitionCsv("big,data,fat,0x9000,64M,\n").partitions);
    const found = await run(["-p", "x", "partition-table", "from-chip"], chipWith(large));
    expect(found.all).toContain("'big' ends at 0x4009000, and the flash at 0x400000.");
  });
});
