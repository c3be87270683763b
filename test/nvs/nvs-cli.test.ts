import { createHash } from "node:crypto";
import { normalize } from "node:path/posix";
import { describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { encodePartitionTable } from "../../src/partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { startFirmware } from "../support/nvs/firmware.ts";
import { CASES, goldenFile } from "../support/nvs/golden-cases.ts";

type Files = Record<string, Uint8Array>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Runs the line over these files, which it may change. */
async function run(argv: readonly string[], files: Files, options: Parameters<typeof testCliHost>[0] = {}) {
  const host: TestCliHost = testCliHost({ ...options, files });
  const code = await runCli(argv, host);
  for (const [path, data] of host.stored) if (data instanceof Uint8Array) files[normalize(path)] = data;
  return { code, out: host.out(), err: host.err() };
}

const INPUTS = ["input.csv", "b.bin", "h.txt", "s.txt", "key.bin", "hmac.bin", "enc.bin"];
const GENERATOR = CASES.filter(({ args }) => args[0] !== "parse");

const found = (file: Uint8Array | undefined) => startFirmware(file ?? new Uint8Array());

function inputsOf(name: string): Files {
  const files: Files = {};
  for (const file of INPUTS)
    try {
      files[file] = goldenFile(name, file);
    } catch {
      // The case has no such file.
    }
  return files;
}

describe("lines for the original generator", () => {
  it.each(GENERATOR)("end as they did: $name", async ({ name, args, exit, errorKind, outputs, readonlyNotice }) => {
    const files = inputsOf(name);
    const { code, out, err } = await run(["nvs", ...args], files);
    // What the original fails to place is placed here.
    expect(code, out + err).toBe(errorKind?.includes("PageFullError") === true ? 0 : exit);
    for (const [file, digest] of Object.entries(outputs)) expect(sha256(files[file] ?? bytes(""))).toBe(digest);
    if (readonlyNotice) expect(out + err).toContain("fewer than three pages");
  });
});

describe("an image", () => {
  const yaml =
    "wifi:\n  ssid: { type: string, value: home }\n  pass: { type: string, value: hunter22 }\n" +
    "app:\n  big: { type: u64, value: 18446744073709551615 }\n  key: { type: blob, encoding: base64, value: AAEC }\n";

  it("is made of YAML, shown without its secrets, changed, exported and imported", async () => {
    const files: Files = { "in.yaml": bytes(yaml) };
    expect(await run(["nvs", "make", "in.yaml", "nvs.bin", "0x4000"], files)).toMatchObject({ code: 0 });
    const masked = await run(["nvs", "get", "--file", "nvs.bin"], files);
    expect(masked.out).toContain("wifi/pass string (9 bytes)");
    expect(masked.out + masked.err).not.toContain("hunter22");
    expect(masked.out).toContain("app/big u64 18446744073709551615");
    const clear = await run(["nvs", "get", "wifi", "pass", "--show-sensitive-info", "--file", "nvs.bin"], files);
    expect(clear.out).toContain('"hunter22"');
    expect(await run(["nvs", "set", "wifi", "ssid", "guests", "--file", "nvs.bin"], files)).toMatchObject({ code: 0 });
    expect(await run(["nvs", "erase", "app", "key", "--file", "nvs.bin"], files)).toMatchObject({ code: 0 });
    const now = found(files["nvs.bin"]);
    expect(now.get("wifi/ssid")).toEqual(new Set([`33:${Buffer.from("guests\0").toString("hex")}`]));
    expect([...now.keys()].sort()).toEqual(["app/big", "wifi/pass", "wifi/ssid"]);
    for (const output of ["out.json", "out.csv"]) {
      expect(await run(["nvs", "export", output, "--file", "nvs.bin"], files)).toMatchObject({ code: 0 });
      files["blank.bin"] = new Uint8Array(0x4000).fill(0xff);
      expect(await run(["nvs", "import", output, "--file", "blank.bin"], files)).toMatchObject({ code: 0 });
      expect(found(files["blank.bin"])).toEqual(now);
    }
  });
  it("is refused with wrong keys, and never read as empty", async () => {
    const files = inputsOf("encrypt-given-key");
    const line = ["nvs", "encrypt", "input.csv", "nvs.bin", "0x3000", "--inputkey", "key.bin"];
    expect(await run(line, files)).toMatchObject({ code: 0 });
    expect((await run(["nvs", "get", "--file", "nvs.bin", "--keys", "key.bin"], files)).out).toContain("u8 42");
    expect(await run(["nvs", "make-keys", "--keyfile", "other.bin"], files)).toMatchObject({ code: 0 });
    for (const keys of [[], ["--keys", "keys/other.bin"]]) {
      const { code, err } = await run(["nvs", "get", "--file", "nvs.bin", ...keys], files);
      expect(code).toBe(2);
      expect(err).toContain("No entry can be read");
    }
    const made = files["keys/other.bin"];
    expect((await run(["nvs", "make-keys", "--keyfile", "other.bin"], files)).err).toContain("already exists");
    expect(files["keys/other.bin"]).toEqual(made);
  });
  it("of bad input is refused with line and column, and without what stands there", async () => {
    const files: Files = { "in.csv": bytes('key,type,encoding,value\na,namespace,,\nk,data,u8,"sec\nret"\n') };
    const { code, err } = await run(["nvs", "make", "in.csv", "nvs.bin", "0x3000"], files);
    expect(code).toBe(1);
    expect(err).toContain("Line 3, column 11");
    expect(err).not.toContain("ret");
    for (const name of ["in.json", "in.yaml"]) {
      files[name] = bytes('{ "secret');
      const refused = await run(["nvs", "make", name, "nvs.bin", "0x3000"], files);
      expect(refused).toMatchObject({ code: 254 });
      expect(refused.err).not.toContain("secret");
    }
  });
  it("in YAML is not repeated in warnings of the process", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const files: Files = { "in.yaml": bytes("app:\n  [my secret key]: { type: u8, value: 1 }\n") };
    await run(["nvs", "make", "in.yaml", "nvs.bin", "0x3000"], files);
    expect(warned.mock.calls).toEqual([]);
    warned.mockRestore();
  });
});

describe("a chip", () => {
  it("has a key set, shown and erased, and nothing else touched", async () => {
    const files: Files = {
      "in.yaml": bytes("app:\n  boots: { type: u32, value: 41 }\n  name: { type: string, value: x }\n"),
    };
    await run(["nvs", "make", "in.yaml", "nvs.bin", "0x6000"], files);
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    chip.flash.place(0xa000, files["nvs.bin"] ?? bytes(""));
    const row = { type: 1, subtype: 2, encrypted: false, readonly: false };
    chip.flash.place(0x8000, encodePartitionTable([{ ...row, name: "nvs", address: 0xa000, sizeBytes: 0x6000 }]));
    const port = { port: chip.port };
    const on = ["--chip", "esp32c3", "--port", "virtual"];
    expect(await run([...on, "nvs", "set", "app", "boots", "42"], {}, port)).toMatchObject({ code: 0 });
    expect((await run([...on, "nvs", "get", "app", "boots"], {}, port)).out).toContain("app/boots u32 42");
    expect(await run([...on, "nvs", "erase", "app", "name"], {}, port)).toMatchObject({ code: 0 });
    expect(startFirmware(chip.flash.read(0xa000, 0x6000))).toEqual(new Map([["app/boots", new Set(["4:2a000000"])]]));
    expect([...chip.flash.counters.erasesPerSector]).toEqual([]);
    const byAddress = ["nvs", "get", "--address", "0xa000", "--size", "0x6000"];
    expect((await run([...on, ...byAddress], {}, port)).out).toContain("app/boots u32 42");
    const json = await run([...on, "--json", "nvs", "get", "app", "gone"], {}, port);
    expect(json.code).toBe(2);
    expect(json.out).toContain("nvs.missing");
  });
});
