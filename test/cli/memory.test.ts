import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { writeIntelHex } from "../../src/core/image/exchange/write-intel-hex.ts";
import { ramImage } from "../support/chip/ram-program.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly host: TestCliHost;
}

async function run(argv: readonly string[], options: CliHostOptions = {}): Promise<Run> {
  const host = testCliHost(options);
  const code = await runCli(argv, host);
  return { code, out: host.out(), err: host.err(), host };
}

function resultOf(out: string): Record<string, unknown> {
  const lines = out.trimEnd().split("\n");
  return JSON.parse(lines.at(-1) ?? "");
}

const RESET = "\nHard resetting via RTS pin...\n";
const damaged = ramImage("esp32c3");
damaged[100] = (damaged[100] ?? 0) ^ 1;
const FILES = {
  "ram.bin": ramImage("esp32c3"),
  "ram.hex": writeIntelHex([{ address: 0x2000, data: ramImage("esp32c3") }]),
  "merged.hex": writeIntelHex([
    { address: 0, data: ramImage("esp32c3") },
    { address: 0x10000, data: ramImage("esp32c3") },
  ]),
  "s3.bin": ramImage("esp32s3"),
  "damaged.bin": damaged,
  "cut.bin": ramImage("esp32c3").slice(0, 500),
  "flash.bin": ramImage("esp32c3", {
    segments: [{ address: 0x42000020, data: new Uint8Array(32) }],
    entry: 0x42000020,
  }),
  "over.bin": ramImage("esp32c3", { segments: [{ address: 0x40380000, data: new Uint8Array(8) }], entry: 0x40380000 }),
  "text.txt": new TextEncoder().encode("not an image"),
  folder: { code: "EISDIR" },
};

describe("memory commands", () => {
  it("read, write and dump, with the markers that scripts look for", async () => {
    const dump = await run(["-p", "virtual:esp32", "dump-mem", "0x50000000", "128", "memout.bin"]);
    expect(dump).toMatchObject({ code: 0, err: "" });
    expect(dump.out).toMatch(/\nDumped 128 bytes from 0x50000000 in .* to 'memout\.bin'\.\n/);
    expect(dump.host.stored.get("memout.bin")).toEqual(new Uint8Array(128));
    const whole = await run(["-p", "virtual:esp32", "write-mem", "0x400C0000", "0xabad1dea"]);
    expect(whole.out).toContain("\nWrote 0xabad1dea with mask 0xffffffff to 0x400c0000.\n");
    const half = await run(["-p", "virtual:esp32", "write-mem", "0x400C0000", "0xabad1dea", "0x0000ffff"]);
    expect(half.out).toContain("\nWrote 0xabad1dea with mask 0x0000ffff to 0x400c0000.\n");
    const read = await run(["-p", "virtual:esp32", "--no-stub", "read-mem", "0x40001000"]);
    expect(read.out).toContain("\n0x40001000 = 0x00f01d83\n");
    expect(read.out.endsWith(RESET)).toBe(true);
  });

  it("show progress of a dump, and none when asked", async () => {
    const argv = ["-p", "virtual:esp32", "dump-mem", "0x40000000", "4k", "rom.bin"];
    expect((await run(argv)).out).toContain("Reading from 0x40001000 ");
    expect((await run([...argv, "--no-progress"])).out).not.toContain("Reading from");
  });

  it("load a program and leave it alone", async () => {
    const { code, out, err } = await run(["-p", "virtual:esp32c3", "load-ram", "ram.bin"], { files: FILES });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(
      /\nLoaded 2 segments from 'ram\.bin' to RAM, executing at 0x403d0008\.\nExiting immediately\.\n$/,
    );
    const hex = await run(["-p", "virtual:esp32c3", "--no-stub", "load_ram", "ram.hex"], { files: FILES });
    expect(hex).toMatchObject({ code: 0, err: "" });
    expect(hex.out).toContain("Command 'load_ram' is deprecated. Use 'load-ram' instead.");
    expect(hex.out.endsWith("\nExiting immediately.\n")).toBe(true);
  });

  it.each<[string, string[], string, string]>([
    ["several images", ["load-ram", "merged.hex"], "image.invalid", "Merged binary image detected"],
    ["no image", ["load-ram", "text.txt"], "image.invalid", "begins with 0x6e"],
    ["a missing file", ["load-ram", "nope.bin"], "file.missing", "nope.bin"],
    ["a folder as output", ["dump-mem", "0", "4", "folder"], "file.unwritable", "directory"],
    ["a size that is none", ["dump-mem", "0", "all", "o"], "argument.invalid", "SIZE"],
    ["an address of more than 32 bits", ["read-mem", "0x100000000"], "argument.invalid", "32 bits"],
    ["a value that is no number", ["write-mem", "0", "abc"], "argument.invalid", "VALUE"],
    ["too many words", ["write-mem", "0", "1", "2", "3"], "argument.invalid", ""],
    ["too few words", ["write-mem", "0"], "argument.invalid", ""],
    ["too many bytes of SFDP", ["read-flash-sfdp", "0", "5"], "argument.invalid", "(1-4)"],
    ["no byte of SFDP", ["read-flash-sfdp", "0", "0"], "argument.invalid", "(1-4)"],
    ["a place beyond SFDP", ["read-flash-sfdp", "0xffffff", "2"], "argument.invalid", "0x1000000"],
    ["four status bytes", ["read-flash-status", "--bytes", "4"], "argument.invalid", "1, 2, 3"],
  ])("refuse %s before the port is opened", async (_what, argv, code, sentence) => {
    const { err, code: exit, host } = await run(["-p", "virtual:esp32c3", ...argv], { files: FILES });
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
    expect(err).toContain(sentence);
    expect(host.openedPorts).toEqual([]);
  });

  it.each<[string, string[], string, string]>([
    ["a damaged image", ["load-ram", "damaged.bin"], "image.invalid", "checksum"],
    ["an image that breaks off", ["load-ram", "cut.bin"], "image.truncated", "ends before"],
    [
      "another chip's image",
      ["load-ram", "s3.bin"],
      "image.wrong-chip",
      "not an ESP32-C3 image but an ESP32-S3 image.",
    ],
    ["an image for flash", ["load-ram", "flash.bin"], "image.not-for-ram", "0x42000020"],
    [
      "an image over the stub",
      ["load-ram", "over.bin"],
      "image.overlaps-stub",
      "Stub flasher is resident at 0x40380000",
    ],
    ["an unaligned address", ["read-mem", "0x3fc80002"], "argument.invalid", "multiple of 4"],
  ])("refuse %s, and reset the chip", async (_what, argv, code, sentence) => {
    const { err, out, code: exit } = await run(["-p", "virtual:esp32c3", ...argv], { files: FILES });
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
    expect(err).toContain(sentence);
    expect(err).not.toContain("force");
    expect(out).not.toContain("Loaded");
    expect(out.endsWith(RESET)).toBe(true);
  });
});

describe("programs of the reference's own tests", () => {
  const folder = fileURLToPath(new URL("../../../shared/reference/inputs/images/ram_helloworld/", import.meta.url));
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^helloworld-esp\w+\.bin$/.test(name)) : [];

  if (names.length === 0) tellSkipped(NO_REFERENCE);
  it.skipIf(names.length === 0)("are loaded", async () => {
    for (const name of names) {
      const chip = /-(esp[0-9a-z]+)/.exec(name)?.[1];
      const files = { [name]: new Uint8Array(readFileSync(folder + name)) };
      const { out, err, code } = await run(["-p", `virtual:${chip}`, "--no-stub", "load-ram", name], { files });
      expect({ name, err, code }).toEqual({ name, err: "", code: 0 });
      expect(out).toMatch(/\nLoaded 2 segments from 'helloworld-.*' to RAM, executing at 0x[0-9a-f]{8}\.\n/);
      expect(/warning/i.test(out)).toBe(name.includes("_edit"));
    }
  });
});

describe("flash status and SFDP", () => {
  it.each([
    ["stub", []],
    ["ROM loader", ["--no-stub"]],
  ])("are shown and changed through the %s", async (_, options) => {
    const port = ["-p", "virtual:esp32c3", ...options];
    const read = await run([...port, "read-flash-status"]);
    expect(read).toMatchObject({ code: 0, err: "" });
    expect(read.out).toMatch(/\nFlash memory status: 0x[0-9a-f]{4}\n/);
    expect((await run([...port, "read-flash-status", "--bytes", "1"])).out).toMatch(/status: 0x[0-9a-f]{4}\n/);
    expect((await run([...port, "read-flash-status", "--bytes", "3"])).out).toMatch(/status: 0x[0-9a-f]{6}\n/);
    const write = await run([...port, "write-flash-status", "--bytes", "1", "--non-volatile", "0x1ff04"]);
    expect(write).toMatchObject({ code: 0, err: "" });
    expect(write.out).toMatch(
      /\nInitial flash memory status: 0x[0-9a-f]{2}\nSetting flash memory status: 0x04\nAfter flash memory status: {3}0x04\n/,
    );
    const sfdp = await run([...port, "read-flash-sfdp", "0", "4"]);
    expect(sfdp.out).toMatch(/\nManufacturer: [0-9a-f]{2}\nDevice: [0-9a-f]{4}\nDetected flash size: 4MB\n/);
    expect(sfdp.out).toContain("SFDP[0..3]: 0x53 0x46 0x44 0x50\n");
    expect((await run([...port, "read-flash-sfdp", "1", "3", "-fs", "4MB"])).out).toContain(
      "SFDP[1..3]: 0x46 0x44 0x50\n",
    );
  });
});

describe("get-security-info", () => {
  it("shows what there is", async () => {
    const { out, err, code } = await run([
      "-p",
      "virtual:esp32c3,secure-boot=1,flash-encryption=1",
      "get-security-info",
    ]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    for (const marker of [
      "\nSecurity Information:\n=====================\n",
      "\nFlags: 0x00000001 (0b1)\n",
      "\nKey Purposes: (",
      "\n  BLOCK_KEY5 - ",
      "\nChip ID: 5\n",
      "\nAPI Version: ",
      "\nSecure Boot: Enabled\n",
      "\nFlash Encryption: Enabled\n",
      "\nSPI Boot Crypt Count (SPI_BOOT_CRYPT_CNT): 0x",
    ]) {
      expect(out).toContain(marker);
    }
    expect(out).not.toContain("BLOCK_KEY6");
  });

  it("leaves out what a chip does not have", async () => {
    expect((await run(["-p", "virtual:esp32c2", "get-security-info"])).out).not.toContain("Key Purposes");
    const s2 = (await run(["-p", "virtual:esp32s2", "get_security_info"])).out;
    expect(s2).not.toContain("Chip ID");
    expect(s2).not.toContain("API Version");
    expect((await run(["-p", "virtual:esp32s31", "get-security-info"])).out).not.toContain("BLOCK_KEY5");
  });

  it("works in Secure Download Mode, where the other commands here do not", async () => {
    const port = ["-p", "virtual:esp32c3,secure-download=1"];
    const { out, code } = await run([...port, "get-security-info"]);
    expect(code).toBe(0);
    expect(out).toContain("Security Information:");
    expect(out).toContain("\nSecure Download Mode: Enabled\n");
    const others = ["read-mem 0", "write-mem 0 0", "dump-mem 0 4 o", "load-ram ram.bin", "run", "read-flash-status"];
    for (const line of [...others, "write-flash-status 0", "read-flash-sfdp 0 4"]) {
      const { err, code: exit } = await run([...port, ...line.split(" ")], { files: FILES });
      expect(exit).toBe(2);
      expect(err).toContain(`The '${line.split(" ")[0]}' command is not available in Secure Download Mode.`);
    }
  });

  it.each(["esp8266", "esp32"])("says that an %s cannot be asked", async (chip) => {
    for (const options of [[], ["--no-stub"]]) {
      const { err, code } = await run(["-p", `virtual:${chip}`, ...options, "get-security-info"]);
      expect(code).toBe(2);
      expect(err).toContain("  code: chip.not-supported\n");
    }
  });
});

describe("run", () => {
  it("lets the ROM start the application, and leaves it alone", async () => {
    const { out, err, code } = await run(["-p", "virtual:esp32c3", "--no-stub", "run"]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out.endsWith("\nRunning the application.\n")).toBe(true);
  });

  it("leaves it to the reset with a stub", async () => {
    const { out, err, code } = await run(["-p", "virtual:esp32c3", "run"]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out).toContain("The flasher stub cannot start the application");
    expect(out.endsWith(RESET)).toBe(true);
  });
});

describe("--json", () => {
  it.each<[string, Record<string, unknown>]>([
    ["read-mem 0x3fcd0000", { address: 0x3fcd0000, value: 0 }],
    ["write-mem 0x3fcd0000 5 0xf", { address: 0x3fcd0000, value: 5, mask: 15 }],
    ["dump-mem 0x3fcd0000 8 o.bin", { address: 0x3fcd0000, sizeBytes: 8, output: "o.bin" }],
    ["load-ram ram.bin", { file: "ram.bin", entry: 0x403d0008 }],
    ["read-flash-status --bytes 1", { bytes: 1, status: 0 }],
    ["write-flash-status 0 --bytes 1", { bytes: 1, initial: 0, written: 0, after: 0, nonVolatile: false }],
    ["read-flash-sfdp 0 4", { address: 0, sfdp: "53464450", sizeName: "4MB" }],
    ["run", { startedBy: "reset" }],
  ])("has the result of %s", async (line, fields) => {
    const words = line.split(" ");
    const { out, err, code } = await run(["--json", "-p", "virtual:esp32c3", ...words], { files: FILES });
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(resultOf(out)).toMatchObject({ type: "result", ok: true, command: words[0], chip: "esp32c3", ...fields });
  });

  it("has the security information by name", async () => {
    const { out } = await run(["--json", "-p", "virtual:esp32c3,secure-boot=1", "get-security-info"]);
    expect(resultOf(out)).toMatchObject({
      security: {
        secureBoot: true,
        flashEncryption: false,
        chipId: 5,
        keyPurposes: [{ block: 0, name: "USER/EMPTY" }, {}, {}, {}, {}, {}],
      },
    });
  });
});
