import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { scramble } from "../../src/virtual/loader/flash-writer.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";

const PORT = "virtual:esp32c3,file=chip.state";
const old = Uint8Array.from({ length: 0x4000 }, (_, index) => (index * 7) >> 5);
const changed = Uint8Array.from(old);
changed[0x10] = 0xee;
const FILES = { "old.bin": old, "new.bin": changed, "small.bin": old.slice(0, 0x400) };

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(host: TestCliHost, ...argv: string[]): Promise<Run> {
  const before = { out: host.out().length, err: host.err().length };
  const code = await runCli(["-p", PORT, ...argv], host);
  return { code, out: host.out().slice(before.out), err: host.err().slice(before.err) };
}

const world = (options: CliHostOptions = {}): TestCliHost => testCliHost({ files: FILES, ...options });

async function readBack(host: TestCliHost, address: string, size: number): Promise<Uint8Array> {
  await run(host, "read-flash", address, String(size), "back.bin");
  const back = host.stored.get("back.bin");
  if (!(back instanceof Uint8Array)) throw new Error("nothing was read");
  return back;
}

describe("write-flash --skip-flashed", () => {
  it.each(["--skip-flashed", "-s"])("leaves out what is there: %s", async (option) => {
    const host = world();
    const first = await run(host, "write-flash", option, "0x8000", "small.bin");
    expect(first.out).toContain("Wrote 1024 bytes");
    const second = await run(host, "write-flash", option, "0x8000", "small.bin");
    expect(second).toMatchObject({ code: 0, err: "" });
    expect(second.out).toContain("'small.bin' at 0x00008000 already in flash, skipping write.");
    expect(second.out).not.toContain("Wrote");
  });

  it.each([["--diff-with", "old.bin"], ["--trust-flash-content"]])("does not go with %s", async (...words) => {
    const { code, err } = await run(world(), "write-flash", "0x8000", "small.bin", "-s", ...words);
    expect(code).toBe(2);
    expect(err).toContain("Illegal usage: ");
    expect(err).toContain("is mutually exclusive");
  });
});

describe("write-flash --diff-with", () => {
  it("writes what changed, and nothing where nothing did", async () => {
    const host = world();
    await run(host, "write-flash", "0x0", "old.bin");
    // The positional pair may follow: the option takes no address for a file.
    const fast = await run(host, "write-flash", "--diff-with", "old.bin", "0x0", "new.bin");
    expect(fast).toMatchObject({ code: 0, err: "" });
    expect(fast.out).toContain("Changed data sectors found, fast reflashing...\nReflashing 1 changed sector at 0x0...");
    expect(fast.out).toMatch(/Wrote 4096 bytes .*at 0x00000000/);
    expect(fast.out).toContain("Hash of data verified.");
    expect(await readBack(host, "0x0", old.length)).toEqual(changed);

    const same = await run(host, "write-flash", "0x0", "new.bin", "--diff-with", "new.bin");
    expect(same.out).toContain("'new.bin' at 0x00000000 verified.");
    const trusted = await run(host, "write-flash", "0x0", "new.bin", "--diff-with", "new.bin", "--no-diff-verify");
    expect(trusted.out).toContain("Option '--no-diff-verify' is deprecated. Use '--trust-flash-content' instead.");
    expect(trusted.out).toContain(
      "No changed sectors found and trust flash content mode is enabled, skipping write and verification.",
    );
    for (const { out } of [same, trusted]) expect(out).not.toContain("Wrote");
  });

  it("writes all of it where flash does not hold what it should", async () => {
    const host = world();
    const failed = await run(host, "write-flash", "0x0", "new.bin", "--diff-with", "old.bin");
    expect(failed.code).toBe(0);
    expect(failed.out).toContain("Verification failed after fast reflash");
    expect(failed.out).toContain("Reflashing the whole image...");
    expect(await readBack(host, "0x0", old.length)).toEqual(changed);
    const missing = await run(host, "write-flash", "0x10000", "new.bin", "--diff-with", "new.bin");
    expect(missing.out).toContain("Data not found in flash, flashing the whole image...");
    expect(await readBack(host, "0x10000", old.length)).toEqual(changed);
  });

  it("goes by the order of the files, with skip for one that has no previous", async () => {
    const host = world();
    await run(host, "write-flash", "0x10000", "old.bin");
    const words = ["write-flash", "--diff-with", "SKIP", "old.bin", "0x0", "small.bin", "0x10000", "new.bin"];
    const { code, out } = await run(host, ...words);
    expect(code).toBe(0);
    expect(out).toContain("Wrote 1024 bytes");
    expect(out).toContain("Reflashing 1 changed sector at 0x10000...");
  });

  it("says why it writes everything with --erase-all", async () => {
    const host = world();
    const { out } = await run(host, "write-flash", "-e", "0x0", "new.bin", "--diff-with", "old.bin");
    expect(out).toContain("Will flash all data");
    expect(out).toContain("Hash of data verified.");
  });

  it.each<[string, string[], string]>([
    ["a file that does not exist", ["0x0", "new.bin", "--diff-with", "nope.bin"], "file.missing"],
    ["more previous files than files", ["0x0", "new.bin", "--diff-with", "old.bin", "old.bin"], "argument.invalid"],
    ["a file that is named skip", ["0x0", "new.bin", "--diff-with", "skip"], "argument.invalid"],
    ["trust without a previous file", ["0x0", "new.bin", "--trust-flash-content"], "argument.conflict"],
    ["--encrypt with --encrypt-files", ["--encrypt", "0x0", "a", "--encrypt-files", "0x0", "b"], "argument.conflict"],
    ["half a pair", ["0x0", "new.bin", "--encrypt-files", "0x8000"], "argument.invalid"],
    ["overlap with an encrypted file", ["0x0", "new.bin", "--encrypt-files", "0x3f00", "old.bin"], "flash.overlap"],
  ])("refuses %s before the port is opened", async (_what, words, code) => {
    const host = world({ files: { ...FILES, skip: old } });
    const result = await run(host, "write-flash", ...words);
    expect(result.code).toBe(2);
    expect(result.err).toContain(`  code: ${code}\n`);
    expect(host.openedPorts).toEqual([]);
  });
});

describe("write-flash --encrypt", () => {
  it("needs a key, unless told to ignore that", async () => {
    const refused = await run(world(), "write-flash", "--encrypt", "0x8000", "small.bin");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("Flash encryption key is not programmed");
    const words = ["write-flash", "--encrypt", "--ignore-flash-enc-efuse", "0x8000", "small.bin"];
    const { code, out } = await run(world(), ...words);
    expect(code).toBe(0);
    expect(out).toContain("Warning: Flash encryption key is not programmed.");
    expect(out).toContain("Cannot verify written data");
    expect(out).not.toContain("Hash of data verified.");
  });

  it("is for some files with --encrypt-files, which go by their addresses then", async () => {
    const chip = virtualChip("esp32c3", { silicon: { keyPurposes: [4] } });
    const host = world({ port: chip.port });
    const words = ["write-flash", "0x10000", "new.bin", "--encrypt-files", "0x8000", "small.bin", "0x20000", "old.bin"];
    const { code, out } = await run(host, ...words);
    expect(code).toBe(0);
    expect([...out.matchAll(/Writing '(\S+)' at/g)].map(([, name]) => name)).toEqual([
      "small.bin",
      "new.bin",
      "old.bin",
    ]);
    expect(chip.flash.read(0x10000, changed.length)).toEqual(changed);
    expect(chip.flash.read(0x8000, 0x400)).toEqual(scramble(0x8000, old.slice(0, 0x400)));
    expect(chip.flash.read(0x20000, old.length)).toEqual(scramble(0x20000, old));
  });
});

describe("write-flash and a lost port", () => {
  it("says that it tries again, and ends in a verified write", async () => {
    const chip = virtualChip("esp32c3");
    const noise = Uint8Array.from({ length: 60_000 }, (_, index) => Math.imul(index, 2654435761) >>> 24);
    const host = world({ port: chip.port, files: { "noise.bin": noise } });
    chip.faults.unplugAfterHostBytes(40_000);
    const watch = (): void => {
      if (host.out().includes("Lost connection, retrying...")) chip.replug();
      else chip.clock.after(100, watch);
    };
    chip.clock.after(100, watch);
    const { code, out, err } = await run(host, "-b", "921600", "write-flash", "-u", "0x10000", "noise.bin");
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("Note: Lost connection, retrying...");
    expect(out).toContain("Resuming at 0x");
    expect(out).toContain("Hash of data verified.");
    expect(chip.flash.read(0x10000, noise.length)).toEqual(noise);
  });
});
