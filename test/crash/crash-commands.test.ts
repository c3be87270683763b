/** The commands for crashes, as a script or a person calls them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { crashProgram } from "../support/crash/programs.ts";

const PANIC = "rv-01-load-fault-os-d5";
const input = (name: string): Uint8Array => readFileSync(`test/fixtures/crash/${name}/input.txt`);
const DUMP = readFileSync("test/fixtures/crash/core-01-esp32c3-elf-crc/coredump.bin");
const damaged = Uint8Array.from(DUMP);
damaged[2000] = (damaged[2000] ?? 0) ^ 1;

const CSV = "nvs,data,nvs,0xa000,0x4000,\nfactory,app,factory,0x10000,64K,\ncoredump,data,coredump,0x20000,64K,\n";

const FILES = {
  "table.csv": new TextEncoder().encode(CSV),
  "app.elf": crashProgram("c3-os-d5.elf") ?? new Uint8Array(0),
  "other.elf": crashProgram("c3-os-d4.elf") ?? new Uint8Array(0),
  "esp8266.elf": crashProgram("esp8266-os-d4.elf") ?? new Uint8Array(0),
  "no.elf": new TextEncoder().encode("this is no ELF file at all, whatever its name says"),
  "panic.log": input(PANIC),
  "two.log": Buffer.concat([input(PANIC), input(PANIC)]),
  "quiet.log": new TextEncoder().encode("I (1) app: all is well"),
  "dump.log": input("core-01-esp32c3-elf-crc"),
  "dump.bin": DUMP,
  "damaged.bin": damaged,
  "old.bin": readFileSync("test/fixtures/crash/core-04-esp32-binary-v3/coredump.bin"),
  "cut.bin": DUMP.subarray(0, 3000),
  "stub.bin": DUMP.subarray(0, 100),
  "empty.bin": new Uint8Array(0x1000).fill(0xff),
};

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly stored: ReadonlyMap<string, unknown>;
  /** The last line of --json. */
  readonly result: () => Readonly<Record<string, unknown>>;
}

async function run(line: string, { chip, piped }: { chip?: VirtualChip; piped?: Uint8Array } = {}): Promise<Answer> {
  const host = testCliHost({
    files: FILES,
    ...(chip !== undefined && { port: chip.port }),
    ...(piped !== undefined && { input: piped }),
  });
  const code = await runCli([...(chip === undefined ? [] : ["-p", "x"]), ...line.split(" ")], host);
  const out = host.out();
  return {
    code,
    out,
    err: host.err(),
    stored: host.stored,
    result: () => JSON.parse(out.trim().split("\n").at(-1) ?? ""),
  };
}

/** One call a line: what binutils says of 0x42000066 and 0x4200007e of this program. */
const oracle = JSON.parse(readFileSync(`test/fixtures/crash/${PANIC}/expected.json`, "utf8")) as {
  readonly backtrace: readonly {
    readonly lookup: string;
    readonly frames: readonly { readonly function: string; readonly line: number; readonly inlined: boolean }[];
  }[];
};

describe("addr2line", () => {
  it.each(oracle.backtrace)("tells what binutils tells of $lookup", async ({ lookup, frames }) => {
    const { code, out } = await run(`addr2line --elf app.elf ${lookup}`);
    expect(code).toBe(0);
    const lines = out.trim().split("\n");
    expect(lines).toHaveLength(frames.length);
    frames.forEach((frame, index) => {
      expect(lines[index]).toContain(`${index === 0 ? lookup : "  (inlined by)"}`);
      expect(lines[index]).toContain(` ${frame.function} at `);
      expect(lines[index]).toMatch(new RegExp(`:${frame.line}$`));
    });
  });

  it("asks one program after the other, and says which one knew; digits are hexadecimal with and without 0x", async () => {
    const address = Number(oracle.backtrace[0]?.lookup);
    const digits = address.toString(16);
    const answer = await run(`--json addr2line -e esp8266.elf -e app.elf ${digits} 0x${digits} 40201010 10`);
    expect(answer.code).toBe(0);
    const found = answer.result()["addresses"] as readonly { address: number; elf: string | null; frames: unknown[] }[];
    expect(found.map(({ elf }) => elf)).toEqual(["app.elf", "app.elf", "esp8266.elf", null]);
    expect(found[0]?.address).toBe(address);
    expect(found[3]?.frames).toEqual([]);
    expect((await run("addr2line -e app.elf 10")).out).toBe("0x00000010: no code of the program\n");
  });

  it.each([
    ["addr2line --elf app.elf main", "argument.invalid", "no address"],
    ["addr2line --elf app.elf 0x420000660", "argument.invalid", "no address"],
    ["addr2line 42000066", "argument.invalid", "--elf is missing"],
    ["addr2line --elf no.elf 42000066", "image.invalid", "'no.elf'"],
    ["addr2line --elf gone.elf 42000066", "file.missing", "gone.elf"],
  ])("refuses %s", async (line, error, words) => {
    const answer = await run(`--json ${line}`);
    expect([answer.code, answer.result()["code"]]).toEqual([2, error]);
    expect(answer.result()["message"]).toContain(words);
  });
});

describe("decode", () => {
  it("shows the log as it is, with the report behind the crash", async () => {
    const { code, out } = await run("decode panic.log --elf app.elf");
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines.filter((line) => !line.startsWith("--- ")).join("\n")).toBe(Buffer.from(input(PANIC)).toString());
    expect(out).toContain("--- Load access fault on core 0: ");
    for (const name of ["sensor_read", "app_main", "main_task"])
      expect(lines.some((line) => line.startsWith("--- ") && line.includes(name))).toBe(true);
    expect(lines.findIndex((line) => line.startsWith("--- "))).toBeGreaterThan(
      lines.findIndex((line) => line.startsWith("Rebooting")),
    );
  });

  it("leaves the log out when asked, reads a pipe, and says when there is nothing", async () => {
    const only = await run("decode - --elf app.elf --only-reports", { piped: input(PANIC) });
    expect([only.code, only.out.split("\n").every((line) => line === "" || line.startsWith("--- "))]).toEqual([
      0,
      true,
    ]);
    expect(only.out).toContain("sensor_read");
    expect((await run("decode quiet.log")).out).toBe("I (1) app: all is well\n--- There is no crash in the log.\n");
    expect((await run("decode dump.log")).out).toContain("--- There is a core dump in the log");
  });

  it("explains a crash without a program as far as it goes", async () => {
    const { code, out } = await run("decode panic.log --only-reports");
    expect([code, out]).toEqual([0, expect.stringContaining("--- Load access fault on core 0: ")]);
    expect(out).not.toContain("sensor_read");
  });

  it("gives an object a crash", async () => {
    const { code, out, result } = await run("--json decode two.log --elf app.elf");
    const objects = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; match?: string });
    expect(code).toBe(0);
    expect(objects.map(({ type }) => type)).toEqual(["crash", "crash", "result"]);
    expect(objects[0]).toMatchObject({ match: "proved", dump: { reason: "exception", elfSha256: expect.any(String) } });
    expect(result()).toMatchObject({ file: "two.log", crashes: 2 });
  });

  it("says once that the program is another one", async () => {
    const { out } = await run("decode two.log --elf other.elf");
    expect(out.match(/another program/g)).toHaveLength(1);
    expect(out.match(/--- Load access fault/g)).toHaveLength(2);
  });
});

function board(dump: Uint8Array | null, csv = CSV): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(0x8000, encodePartitionTable(parsePartitionCsv(csv).partitions));
  if (dump !== null) chip.flash.place(0x20000, dump);
  return chip;
}

describe("core-dump", () => {
  it.each(["dump.log", "dump.bin"])("shows what is in %s", async (file) => {
    const { code, out } = await run(`core-dump ${file}`);
    expect(code).toBe(0);
    expect(out).toContain("Core dump of an ESP32-C3, version 1.2: its checksum is right.");
    expect(out).toContain("Panic reason: abort() was called at PC 0x42009351 on core 0");
    expect(out).toContain("Crashed task: main (0x3fc8ec30)\n");
    expect(out).toMatch(/^ {2}MEPC 0x40380698 {2}RA {3}0x4038368e/m);
    expect(out).toMatch(/^ {2}0x3fc8f38c {2}IDLE {7}\?/m);
    expect(out).toContain("Backtrace of main (0x3fc8ec30), which crashed:");
  });

  it("reads as much of the chip's partition as the dump has", async () => {
    const answer = await run("core-dump --save core.elf", { chip: board(DUMP) });
    expect([answer.code, answer.out]).toEqual([0, expect.stringContaining("Crashed task: main")]);
    // Saved, it is the dump again.
    const saved = answer.stored.get("core.elf") as Uint8Array;
    expect(Buffer.from(saved.subarray(0, 4)).toString("latin1")).toBe("\u007fELF");
    const host = testCliHost({ files: { "core.elf": saved } });
    expect(await runCli(["core-dump", "core.elf"], host)).toBe(0);
    expect(host.out()).toContain("an ELF file, which has no checksum");
    expect(host.out()).toContain("main");
  });

  it("takes the table of a file, or the chip's from another place", async () => {
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    chip.flash.place(0x20000, DUMP);
    const byFile = await run("core-dump --partition-table table.csv --spi-connection SPI", { chip });
    expect([byFile.code, byFile.out]).toEqual([0, expect.stringContaining("Crashed task: main")]);
    chip.flash.place(0x9000, encodePartitionTable(parsePartitionCsv(CSV).partitions));
    const moved = await run("core-dump --partition-table-address 0x9000", { chip });
    expect([moved.code, moved.out]).toEqual([0, expect.stringContaining("Crashed task: main")]);
  });

  it.each([
    ["an empty partition", board(null), "file.empty", "it is empty"],
    [
      "no partition",
      board(null, "factory,app,factory,0x10000,64K,\n"),
      "partition.missing",
      "no partition for core dumps",
    ],
    ["noise", board(new Uint8Array(64).fill(0x5a)), "image.invalid", "or it is encrypted"],
    [
      "an encrypted partition",
      board(
        new Uint8Array(64).fill(0x5a),
        CSV.replace("64K,\n", "64K,\n").replace(/0x20000,64K,/, "0x20000,64K,encrypted"),
      ),
      "image.invalid",
      "it is encrypted",
    ],
  ])("says so of %s", async (_, chip, error, words) => {
    const answer = await run("--json core-dump", { chip });
    expect([answer.code, answer.result()["code"]]).toEqual([2, error]);
    expect(answer.result()["message"]).toContain(words);
  });

  it("says that a dump is damaged, and shows it all the same", async () => {
    const answer = await run("core-dump damaged.bin");
    expect([answer.code, answer.out]).toEqual([0, expect.stringContaining("checksum is wrong")]);
    expect(answer.out).toContain("Crashed task: main");
    const json = await run("--json core-dump damaged.bin");
    expect(json.out).toContain('"code":"core-dump.damaged"');
    expect(json.result()["checksum"]).toBe("wrong");
  });

  it("shows of a dump that is cut off what is there, and says how much is not", async () => {
    const answer = await run("core-dump cut.bin");
    expect([answer.code, answer.out]).toEqual([0, expect.stringContaining("its last 224 bytes are missing")]);
    expect(answer.out).toContain("Crashed task: main");
    const json = await run("--json core-dump cut.bin");
    expect(json.out).toContain('"code":"core-dump.damaged"');
    expect(json.result()).toMatchObject({ checksum: "missing", missingBytes: 224 });
  });

  it.each([
    ["core-dump stub.bin", "image.truncated"],
    ["core-dump empty.bin", "file.empty"],
    ["core-dump panic.log", "image"],
    ["core-dump old.bin --save core.elf", "image.invalid"],
  ])("refuses %s", async (line, error) => {
    const answer = await run(`--json ${line}`);
    expect([answer.code, answer.result()["code"]]).toEqual([2, expect.stringContaining(error)]);
  });

  it("says once that the program is another one", async () => {
    const { out } = await run("core-dump dump.bin --elf app.elf");
    expect(out.match(/another program/g) ?? []).toHaveLength(1);
  });
});
