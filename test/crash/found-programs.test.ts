/** Which program runs on a device: found in the folder, and among those of earlier runs, by the digest that it prints. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { type HostMemory, temporaryMemory } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { crashProgram } from "../support/crash/programs.ts";

const PANIC = readFileSync("test/fixtures/crash/rv-01-load-fault-os-d5/input.txt", "latin1");
const XTENSA = readFileSync("test/fixtures/crash/xt-01-load-prohibited/input.txt", "latin1");
const APP = crashProgram("c3-os-d5.elf") ?? new Uint8Array(0);
const OTHER = crashProgram("c3-os-d4.elf") ?? new Uint8Array(0);
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** What ESP-IDF leaves in its build folder, as far as it is needed here. */
const buildOf = (elf: Uint8Array): Readonly<Record<string, Uint8Array>> => ({
  "build/project_description.json": text({ target: "esp32c3", app_elf: "app.elf", app_bin: "app.bin" }),
  "build/flasher_args.json": text({
    write_flash_args: [],
    flash_files: { "0x10000": "app.bin" },
    extra_esptool_args: { chip: "esp32c3" },
  }),
  "build/app.bin": new Uint8Array(64),
  "build/app.elf": elf,
});

interface Files {
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly memory?: HostMemory;
  readonly appText?: string;
}

async function run(line: string, { files = {}, memory = temporaryMemory(), appText = PANIC }: Files = {}) {
  const chip = virtualChip("esp32c3", { appText, appEveryMs: 20_000 });
  const log = { "panic.log": new TextEncoder().encode(appText) };
  const host = testCliHost({ files: { ...log, ...files }, port: chip.port, memory });
  const words = line.split(" ");
  const code = await runCli(words.includes("monitor") ? ["-p", "x", ...words] : words, host);
  return { code, out: host.out(), err: host.err(), all: host.out() + host.err() };
}

const MONITOR = "monitor --reset --timeout 3";
const DECODE = "decode panic.log --only-reports";

describe.each([MONITOR, DECODE])("%s without --elf", (line) => {
  it("takes the program that was built in this folder, and says which it is, once", async () => {
    const { code, all } = await run(line, { files: buildOf(APP), appText: PANIC + PANIC });
    expect(code).toBe(0);
    expect(all.match(/^--- Explained with build\/app\.elf, which is the program that runs/gm)).toHaveLength(1);
    expect(all.match(/^--- .*sensor_read/gm)).toHaveLength(2);
    expect(all).not.toContain("doubtful");
  });

  it("takes another build of it with a doubt that is told once", async () => {
    const { all } = await run(line, { files: buildOf(OTHER), appText: PANIC + PANIC });
    expect(all).toContain("whether it is the program that runs is not proved");
    expect(all.match(/doubtful/g)).toHaveLength(1);
    expect(all).toMatch(/^--- 0x42000066: /m);
  });

  it("does without a program, and says nothing of one", async () => {
    const { code, all } = await run(line);
    expect(code).toBe(0);
    expect(all).toContain("--- Load access fault");
    expect(all).toMatch(/^--- 0x42000066$/m);
    expect(all).not.toMatch(/no code of this program|Explained with/);
  });

  it("does not take a program for another processor", async () => {
    const { all } = await run(line, { files: buildOf(APP), appText: XTENSA });
    expect(all).toContain("LoadProhibited");
    expect(all).not.toMatch(/Explained with|sensor_read/);
  });

  it("does not stumble over a build that is damaged", async () => {
    for (const elf of [APP.subarray(0, 100), new Uint8Array(0)]) {
      const { code, all } = await run(line, { files: buildOf(elf) });
      expect([code, all]).toEqual([0, expect.stringContaining("--- Load access fault")]);
    }
  });
});

describe("programs of earlier runs", () => {
  const elsewhere = { "/builds/one/app.elf": APP, "/builds/two/app.elf": OTHER };
  const remember = async (memory: HostMemory, more = ""): Promise<void> => {
    for (const path of Object.keys(elsewhere))
      await run(`addr2line --elf ${path} 42000066${more}`, { files: elsewhere, memory });
  };

  it("are found by the digest, wherever they are", async () => {
    const memory = temporaryMemory();
    await remember(memory);
    const { all } = await run(MONITOR, { files: elsewhere, memory });
    expect(all).toContain("Explained with /builds/one/app.elf, which is the program that runs");
    expect(all).toMatch(/^--- .*sensor_read/m);
    // Of the file its path and its digest are kept, nothing else.
    const kept = new TextDecoder().decode(await memory.recall("elf", "seen"));
    expect(JSON.parse(kept)).toEqual([
      { path: "/builds/one/app.elf", elfSha256: createHash("sha256").update(APP).digest("hex") },
      { path: "/builds/two/app.elf", elfSha256: createHash("sha256").update(OTHER).digest("hex") },
    ]);
  });

  it("are neither used nor kept with --no-memory", async () => {
    const memory = temporaryMemory();
    await remember(memory, " --no-memory");
    expect(await memory.recall("elf", "seen")).toBeUndefined();
    await remember(memory);
    const { all } = await run(`--no-memory ${MONITOR}`, { files: elsewhere, memory });
    expect(all).not.toContain("Explained with");
    expect(await run("decode panic.log --no-memory", { files: elsewhere, memory })).toMatchObject({
      out: expect.not.stringContaining("sensor_read"),
    });
  });

  it("are not taken when they were built again since, or are gone", async () => {
    for (const files of [{ "/builds/one/app.elf": OTHER }, {}]) {
      const memory = temporaryMemory();
      await remember(memory);
      const { code, all } = await run(MONITOR, { files, memory });
      expect([code, all]).toEqual([0, expect.not.stringContaining("Explained with")]);
    }
  });

  it("are 64 at most, the latest first, each path once", async () => {
    const memory = temporaryMemory();
    const old = Array.from({ length: 64 }, (_, index) => ({ path: `/p${index}`, elfSha256: "a".repeat(64) }));
    await memory.keep("elf", "seen", text(old));
    await run("addr2line --elf /builds/one/app.elf 42000066", { files: elsewhere, memory });
    await run("addr2line --elf /builds/one/app.elf 42000066", { files: elsewhere, memory });
    const kept = JSON.parse(new TextDecoder().decode(await memory.recall("elf", "seen"))) as { path: string }[];
    expect(kept).toHaveLength(64);
    expect(kept.map(({ path }) => path).slice(0, 2)).toEqual(["/builds/one/app.elf", "/p0"]);
  });

  it.each([
    ["no JSON", new TextEncoder().encode("{")],
    ["no list", text({ path: "/x", elfSha256: "a".repeat(64) })],
    [
      "odd entries",
      text([null, 1, { path: 3 }, { path: "/x", elfSha256: "no" }, { path: "", elfSha256: "a".repeat(64) }]),
    ],
  ])("are none where what was kept is damaged: %s", async (_, kept) => {
    const memory = temporaryMemory();
    await memory.keep("elf", "seen", kept);
    expect((await run(MONITOR, { memory })).code).toBe(0);
    await remember(memory);
    expect((await run(MONITOR, { files: elsewhere, memory })).all).toContain("Explained with /builds/one/app.elf");
  });
});

describe("a core dump", () => {
  it("is of the program in this folder by its digest, and tells when it is not", async () => {
    const dump = readFileSync("test/fixtures/crash/core-01-esp32c3-elf-crc/coredump.bin");
    const { code, out } = await run("core-dump dump.bin", { files: { ...buildOf(APP), "dump.bin": dump } });
    expect([code, out]).toEqual([0, expect.stringContaining("Explained with build/app.elf")]);
    expect(out.match(/another program/g)).toHaveLength(1);
  });
});
