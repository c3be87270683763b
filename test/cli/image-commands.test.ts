import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { writeIntelHex, writeUf2 } from "../../src/image.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { applicationDescriptor, buildElf } from "../support/image/elf-builder.ts";
import { fixtureElf } from "../support/image/elf2image-case.ts";
import { fixtureImage } from "../support/image/fixture-image.ts";

const HELLO = new URL("../../examples/hello-esp32c3/", import.meta.url);
const helloElf = new Uint8Array(readFileSync(new URL("hello.elf", HELLO)));
const helloBin = new Uint8Array(readFileSync(new URL("hello.bin", HELLO)));
const text = new TextEncoder().encode("hello, flash; ".repeat(500));
const FILES = {
  "hello.elf": helloElf,
  "hello.bin": helloBin,
  "text.bin": text,
  "empty.bin": new Uint8Array(0),
  "cut.elf": helloElf.slice(0, 200),
  "cut.bin": helloBin.slice(0, 100),
  "esp8266.elf": fixtureElf("esp8266"),
  "esp32c3.elf": fixtureElf("esp32c3"),
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly host: TestCliHost;
}

async function run(line: string, options: CliHostOptions = {}, host?: TestCliHost): Promise<Run> {
  const world = host ?? testCliHost({ ...options, files: { ...FILES, ...options.files } });
  const before = { out: world.out().length, err: world.err().length };
  const code = await runCli(line.split(" "), world);
  return { code, out: world.out().slice(before.out), err: world.err().slice(before.err), host: world };
}

function names(host: TestCliHost): string[] {
  return [...host.stored.keys()].filter((name) => !Object.hasOwn(FILES, name));
}

async function result(line: string, options: CliHostOptions = {}): Promise<Record<string, unknown>> {
  const { out } = await run(`--json ${line}`, options);
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

const bytes = (host: TestCliHost, name: string): Buffer => Buffer.from(host.stored.get(name) as Uint8Array);

describe("elf2image", () => {
  it("makes of hello.elf what the example's own tool made", async () => {
    const { code, err, host, out } = await run("--chip esp32c3 elf2image -fm dio -ff 40m -fs 2MB hello.elf", {
      files: { "hello.bin": { code: "ENOENT" } },
    });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(Buffer.compare(bytes(host, "hello.bin"), helloBin)).toBe(0);
    expect(out).toContain("Creating ESP32-C3 image...\n");
    expect(out).toContain("Successfully created ESP32-C3 image.\n");
  });

  it("names its outputs", async () => {
    const made = async (line: string): Promise<string[]> => names((await run(line)).host);
    expect(await made("--chip esp32c3 elf2image esp32c3.elf")).toEqual(["esp32c3.bin"]);
    expect(await made("--chip esp32c3 elf2image esp32c3.elf -o a.out")).toEqual(["a.out"]);
    expect(await made("--chip esp8266 elf2image esp8266.elf")).toEqual([
      "esp8266.elf-0x00000.bin",
      "esp8266.elf-0x10000.bin",
    ]);
    expect(await made("--chip esp8266 elf2image -o my- esp8266.elf")).toEqual(["my-0x00000.bin", "my-0x10000.bin"]);
    expect(await made("--chip esp8266 elf2image --version 2 esp8266.elf")).toEqual(["esp8266-0x10000.bin"]);
    expect(await made("--chip esp8266 elf2image -e 3 -fs 1MB esp8266.elf")).toEqual(["esp8266.bin"]);
  });

  it("takes flash settings from the environment, and old spellings", async () => {
    const env = { ESPTOOL_FM: "dio", ESPTOOL_FF: "40m", ESPTOOL_FS: "2MB" };
    const { host } = await run("--chip esp32c3 elf2image -o a.bin hello.elf", { env });
    expect(Buffer.compare(bytes(host, "a.bin"), helloBin)).toBe(0);
    const old = await run(
      "--chip esp32c3 elf2image --flash_mode dio --fill-flash-size 64KB --use_segments hello.elf -o b",
    );
    expect(old.code).toBe(0);
    expect(old.out).toContain("Option '--fill-flash-size' is deprecated. Use '--pad-to-size' instead.");
    expect(bytes(old.host, "b").length).toBe(65536);
    expect((await result("--chip esp32c3 elf2image hello.elf", { env: { ESPTOOL_FS: "detect" } }))["code"]).toBe(
      "argument.invalid",
    );
  });

  it("ignores padding for secure boot where there is none, and names the option as it was typed", async () => {
    const esp8266 = await run("--chip esp8266 elf2image --secure-pad-v2 --pad-to-size 64K esp8266.elf");
    expect(esp8266).toMatchObject({ code: 0, err: "" });
    expect(esp8266.out).toContain(
      "Note: --secure-pad-v2: Padding for secure boot is ignored: the ESP8266 has no secure boot V2.",
    );
    expect(esp8266.out).toContain("Note: --pad-to-size: Filling up is ignored");
    const c3 = await run("--chip esp32c3 elf2image --secure-pad hello.elf");
    expect(c3.code).toBe(0);
    expect(c3.out).toContain("Note: --secure-pad: Padding for secure boot is ignored");
    const wrong = await run("--chip esp32c3 elf2image --min-rev 256 hello.elf");
    expect(wrong.err).toContain("'minimumRevision' cannot be 256.");
    expect(wrong.err).toContain("  option: --min-rev\n");
  });

  it("warns of a misaligned application descriptor even if an error follows", async () => {
    const sections = [
      { name: ".flash.appdesc", address: 0x42000010, data: applicationDescriptor() },
      { name: ".flash.text", address: 0x42000004, data: 4 },
    ];
    const { code, out, err } = await run("--chip esp32c6 elf2image a.elf", {
      files: { "a.elf": buildElf({ sections }) },
    });
    expect(code).toBe(2);
    expect(out).toContain("Warning: App description segment is not aligned to MMU page size");
    expect(err).toContain("lands in same 64 KB flash mapping");
  });

  it("reports what it made", async () => {
    expect(await result("--chip esp8266 elf2image -o my- esp8266.elf")).toMatchObject({
      ok: true,
      chip: "esp8266",
      outputs: [
        { file: "my-0x00000.bin", flashOffset: 0 },
        { file: "my-0x10000.bin", flashOffset: 0x10000 },
      ],
    });
  });
});

describe("image-info", () => {
  it("gives every field to programs", async () => {
    const { images, ...rest } = await result("image-info hello.bin");
    expect(rest).toMatchObject({ ok: true, command: "image-info", file: "hello.bin", kind: "binary" });
    expect(images).toMatchObject([
      {
        address: null,
        sizeBytes: helloBin.length,
        error: null,
        image: {
          chip: "esp32c3",
          chipDetected: true,
          format: "esp32",
          header: { imageVersion: 1, flashSize: "2MB", flashFrequency: "40m", flashMode: "dio" },
          extendedHeader: { chipId: 5, chipName: "ESP32-C3", hasDigest: true, wpPin: 0xee },
          checksum: { isValid: true },
          digest: { stored: Buffer.from(helloBin.slice(-32)).toString("hex"), isValid: true },
          trailing: null,
        },
      },
    ]);
  });

  it("shows what is wrong with an image", async () => {
    const broken = helloBin.slice();
    broken[60] = (broken[60] ?? 0) ^ 1;
    const { code, out } = await run("image-info b.bin", { files: { "b.bin": broken } });
    expect(code).toBe(0);
    expect(out).toMatch(/Checksum: 0x[0-9a-f]{2} \(invalid - calculated 0x[0-9a-f]{2}\)\n/);
    expect(out).toMatch(/Validation hash: [0-9a-f]{64} \(invalid\)\nCalculated hash: [0-9a-f]{64}\n/);
    const other = await run("--chip esp32s3 image-info hello.bin");
    expect(other.code).toBe(0);
    expect(other.out).toContain("Warning: Unexpected chip ID in image. Expected 9 but value was 5.");
  });

  it("shows all that can be known of a damaged image, then what is wrong with it", async () => {
    const files = { "odd.bin": fixtureImage("odd.bin") };
    const { code, out, err } = await run("image-info odd.bin", { files });
    expect(code).toBe(2);
    expect(out).toContain("Chip ID: 5 (ESP32-C3)\n");
    expect(out).toContain("      0  0x00003  0x3fc80000  0x00000018  DRAM\n");
    expect(out).toContain("Checksum: 0x8f (valid)\n");
    expect(out).toMatch(/Validation hash: [0-9a-f]{64} \(valid\)\n/);
    expect(out).toMatch(
      /Problems\n=+\nAt offset 0x1c: The segment at offset 24 has 3 bytes, which is no multiple of 4\.\n$/,
    );
    expect(err).toContain("A fatal error occurred: The segment at offset 24 has 3 bytes");
    expect(await result("image-info odd.bin", { files })).toMatchObject({
      code: "image.invalid",
      details: { offset: 28, image: { chip: "esp32c3", checksum: { isValid: true } } },
    });
    const cut = await run("image-info cut.bin");
    expect(cut.code).toBe(2);
    expect(cut.out).toContain("Flash mode: DIO\n");
    expect(cut.out).toContain("Segments Information\n");
    expect(cut.out).not.toContain("Image Footer");
  });

  it("guesses nothing of a chip that it does not know", async () => {
    const { code, out, err } = await run("image-info u.bin", { files: { "u.bin": fixtureImage("unkchip.bin") } });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Detected image type: unknown chip id 7\n");
    expect(out).toContain("\nImage Header\n============\n");
    expect(out).toContain("Flash size: 4MB\n");
    expect(out).toContain("Chip ID: 7 (ESP32-C6(beta))\n");
    expect(out).toContain("      0  0x00050  0x3fc80000  0x00000018");
    expect(out).not.toContain("ESP8266");
  });

  it("goes through the images of an Intel HEX file, past what is none", async () => {
    const hex = writeIntelHex([
      { address: 0, data: helloBin },
      { address: 0x8000, data: text },
      { address: 0x10000, data: helloBin },
    ]);
    const files = { "all.hex": hex };
    const { code, out, err } = await run("image-info all.hex", { files });
    expect(code).toBe(0);
    expect(out).toContain("Merged binary image detected. Processing each file individually.\n");
    const size = helloBin.length;
    expect(out).toContain(`\nProcessing file 1/3, offset: 0x0, size: ${size} bytes\n=====`);
    expect(out).toContain(`\nProcessing file 3/3, offset: 0x10000, size: ${size} bytes\n`);
    expect(out.match(/Detected image type: ESP32-C3/g)).toHaveLength(2);
    expect(err).toContain("This is not a valid image (invalid magic number: 0x68).");
    expect((await result("image-info all.hex", { files }))["images"]).toMatchObject([
      { address: 0, image: { chip: "esp32c3" }, error: null },
      { address: 0x8000, image: null, error: { code: "image.invalid" } },
      { address: 0x10000, image: { chip: "esp32c3" }, error: null },
    ]);
    const single = { "one.hex": writeIntelHex([{ address: 0x10000, data: helloBin }]) };
    const one = await run("image-info one.hex", { files: single });
    expect(one.out).not.toContain("Merged binary image");
    expect(one.out).toContain(`Image size: ${size} bytes\n`);
  });
});

describe("the chip of the files", () => {
  it("is the one that they are for, where that is certain", async () => {
    const made = await run("elf2image -o made.bin hello.elf");
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: "" });
    expect(made.out).toContain("The chip is an ESP32-C3, as the file says.");
    const merged = await run("merge-bin -o all.bin 0x0 hello.bin 0x9000 text.bin");
    expect({ code: merged.code, err: merged.err }).toEqual({ code: 0, err: "" });
    expect(merged.out).toContain("The chip is an ESP32-C3, as the files say.");
    const typed = await run("--chip esp32c3 merge-bin -o all.bin 0x0 hello.bin 0x9000 text.bin");
    expect(Buffer.compare(bytes(merged.host, "all.bin"), bytes(typed.host, "all.bin"))).toBe(0);
    expect(typed.out).not.toContain("The chip is");
  });

  it("has to be given else, and the candidates are named", async () => {
    const { code, err } = await run("elf2image esp8266.elf");
    expect(code).toBe(2);
    expect(err).toContain("What is in the files fits these: esp8266, ");
    expect((await run("merge-bin -o a 0x0 hello.bin 0x10000 esp8266.elf")).err).toContain("for different chips");
  });
});

describe("merge-bin", () => {
  it("makes files that write-flash can take apart again", async () => {
    const parts = "0x0 hello.bin 0x10000 text.bin";
    const raw = await run(`--chip esp32c3 merge-bin -o all.bin --pad-to-size 256KB ${parts}`);
    expect(raw.code).toBe(0);
    expect(raw.out).toContain("Wrote 0x40000 bytes to file 'all.bin', ready to flash to offset 0x0.\n");
    for (const format of ["uf2", "hex"]) {
      const merged = await run(`--chip esp32c3 merge_bin -f ${format} -o all ${parts}`);
      expect(merged).toMatchObject({ code: 0, err: "" });
      const again = await run(`--chip esp32c3 merge-bin -o all.bin --pad-to-size 256KB 0x0 all`, {}, merged.host);
      expect(again.code).toBe(0);
      expect(Buffer.compare(bytes(again.host, "all.bin"), bytes(raw.host, "all.bin"))).toBe(0);
    }
  });

  it("changes the header of a bootloader for RAM only, whose flash segments are no signature", async () => {
    const made = await run("--chip esp32c3 elf2image --ram-only-header -o ram.bin esp32c3.elf");
    const info = await run("image-info ram.bin", {}, made.host);
    expect(info.code).toBe(0);
    expect(info.out).not.toContain("Signature");
    const merged = await run("--chip esp32c3 merge-bin -o all.bin -fs 8MB -fm qio 0x0 ram.bin", {}, made.host);
    expect(merged.code).toBe(0);
    expect([...bytes(merged.host, "all.bin").subarray(2, 4)]).toEqual([0, 0x30]);
  });

  it("says in the reference's words what it does not change", async () => {
    const { out, code } = await run("--chip esp32c3 merge-bin -o all.bin -fm qio 0x0 text.bin");
    expect(code).toBe(0);
    expect(out).toContain("Image file at 0x0 doesn't look like an image file, so not changing any flash settings.");
  });

  it("changes the bootloader's header, and takes ELF files", async () => {
    const { out, host, code } = await run("--chip esp32c3 merge-bin -o all.bin -fm qio -fs 4MB 0x0 hello.bin");
    expect(code).toBe(0);
    expect(out).toContain("Flash parameters set to 0x0020.\nSHA digest in image updated.\n");
    expect(bytes(host, "all.bin").subarray(2, 4)).toEqual(Buffer.from([0, 0x20]));
    const fromElf = await run("--chip esp32c3 merge-bin -o all.bin -fm dio -ff 40m -fs 2MB 0x0 hello.elf");
    expect(fromElf.out).toContain("Note: 'hello.elf' is an ELF file: made an ESP32-C3 image of ");
    expect(Buffer.compare(bytes(fromElf.host, "all.bin"), helloBin)).toBe(0);
    expect(await result("--chip esp32c3 merge-bin -f uf2 -o all.uf2 0x0 hello.bin 0x8000 text.bin")).toMatchObject({
      ok: true,
      format: "uf2",
      output: "all.uf2",
      files: [{ name: "hello.bin" }, { name: "text.bin", address: 0x8000, sizeBytes: text.length }],
    });
  });
});

describe("make-image", () => {
  it("makes an image that image-info reads", async () => {
    const line =
      "make_image -f text.bin -a 0x40100000 -f hello.bin -a 0x3ffe8000 -f text.bin -a 0x40210000 -e 0x40100004";
    const made = await run(`${line} my-`);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain("Command 'make_image' is deprecated. Use 'make-image' instead.");
    expect(names(made.host)).toEqual(["my-0x00000.bin", "my-0x10000.bin"]);
    const info = await run("image-info my-0x00000.bin", {}, made.host);
    expect(info.out).toContain("Detected image type: ESP8266\n");
    expect(info.out).toContain("Entry point: 0x40100004\nSegments: 2\n");
  });
});

describe("firmware files of other kinds, on a chip", () => {
  const PORT = "-p virtual:esp32c3,file=chip.state";

  /** Writes and verifies the pairs, and gives what is in flash then. */
  async function flashed(pairs: string, range: string, options: CliHostOptions, port = PORT): Promise<Buffer> {
    const written = await run(`${port} write-flash ${pairs}`, options);
    expect(written).toMatchObject({ code: 0, err: "" });
    const verified = await run(`${port} verify-flash ${pairs}`, {}, written.host);
    expect(verified).toMatchObject({ code: 0, err: "" });
    await run(`${port} read-flash ${range} out`, {}, written.host);
    return bytes(written.host, "out");
  }

  it("takes Intel HEX and UF2 apart, at their own addresses", async () => {
    const runs = [
      { address: 0, data: helloBin },
      { address: 0x10000, data: text },
    ];
    const hex = writeIntelHex(runs);
    const uf2 = writeUf2(runs, { familyId: 0xd42ba06c, md5: true });
    for (const file of [hex, uf2]) {
      const options = { files: { file } };
      const start = await flashed("0x2000 file", `0 ${helloBin.length}`, options);
      expect(Buffer.compare(start, helloBin)).toBe(0);
      const app = await flashed("0x2000 file", `0x10000 ${text.length}`, options);
      expect(Buffer.compare(app, Buffer.from(text))).toBe(0);
    }
    const { out } = await run(`${PORT} write-flash 0x2000 file`, { files: { file: hex } });
    expect(out).toContain(" file with addresses of its own, so 0x00002000 is ignored.\n");
  });

  it("takes its own part of a UF2 file for two chips", async () => {
    const files = { "two.uf2": fixtureImage("u_twofam.uf2") };
    const { code, out, err } = await run(`${PORT} write-flash 0x10000 two.uf2`, { files });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Note: 'two.uf2' has parts for ESP32-S3, which are left out.");
    expect(out).toContain("Wrote 1024 bytes");
  });

  it("refuses a web page where the chip starts, and an image for another chip by name", async () => {
    const page = new TextEncoder().encode("<!doctype html><title>404</title>");
    const foreign = helloBin.slice();
    foreign[12] = 9;
    const files = { "boot.bin": page, "s3.bin": foreign };
    const refused = await run(`${PORT} write-flash 0x0 boot.bin`, { files });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("'boot.bin' is an HTML page, and the ESP32-C3 starts from 0x00000000.");
    expect(refused.err).toContain("by force this one is written all the same");
    expect((await run(`${PORT} write-flash --force 0x0 boot.bin`, { files })).code).toBe(0);
    const other = await run(`${PORT} write-flash 0x0 s3.bin`, { files });
    expect(other.code).toBe(2);
    expect(other.out).toContain(
      "Unexpected chip ID in image. Expected 5 but value was 9. Is this image for a different",
    );
    expect(other.err).toContain("'s3.bin' is not an ESP32-C3 image. Use the force argument to flash anyway.");
    expect(other.err).toContain("'s3.bin' is an image for the ESP32-S3, and this chip is an ESP32-C3.");
  });

  it("makes an image of an ELF file for the chip that answers", async () => {
    const plain = await run("--chip esp32c3 elf2image -o want.bin esp32c3.elf");
    const want = bytes(plain.host, "want.bin");
    const found = await flashed("0x10000 esp32c3.elf", `0x10000 ${want.length}`, {});
    expect(Buffer.compare(found, want)).toBe(0);
    const settings = "-fm dio -ff 20m -fs 2MB";
    const set = await run(`--chip esp32c3 elf2image ${settings} -o want.bin esp32c3.elf`);
    const withSettings = await flashed(`${settings} 0x10000 esp32c3.elf`, `0x10000 ${want.length}`, {});
    expect(Buffer.compare(withSettings, bytes(set.host, "want.bin"))).toBe(0);
    const bootloader = await flashed("-fm dio -ff 40m -fs 2MB 0x0 hello.elf", `0 ${helloBin.length}`, {});
    expect(Buffer.compare(bootloader, helloBin)).toBe(0);
  });

  it("writes both images of an ESP8266 program where they belong", async () => {
    const port = "-p virtual:esp8266,file=chip.state";
    const { host } = await run("--chip esp8266 elf2image -o want- esp8266.elf");
    for (const [name, address] of [
      ["want-0x00000.bin", 0],
      ["want-0x10000.bin", 0x10000],
    ] as const) {
      const want = bytes(host, name);
      const found = await flashed("0x3000 esp8266.elf", `${address} ${want.length}`, {}, port);
      expect(Buffer.compare(found, want)).toBe(0);
    }
  });

  it.each([
    ["write-flash 0x0 f", "image.wrong-chip", 1],
    ["verify-flash 0x0 f", "image.wrong-chip", 1],
    ["write-flash --force 0x0 f", undefined, 1],
  ])("minds whom a UF2 file is for: %s", async (line, code, opened) => {
    const files = { f: writeUf2([{ address: 0, data: text }], { familyId: 0xc47e5767, md5: false }) };
    const { host, out } = await run(`--json ${PORT} ${line}`, { files });
    const last = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as { code?: string; message?: string };
    expect(last.code).toBe(code);
    if (code !== undefined) expect(last.message).toContain("ESP32-S3");
    expect(host.openedPorts).toHaveLength(opened);
  });

  it.each([
    // Neither a RISC-V program on another core, nor files that meet only once they are images.
    ["-p virtual:esp32 write-flash 0x10000 esp32c3.elf", "image.wrong-chip", 1],
    ["-p virtual:esp32c3 write-flash 0x0 esp32c3.elf 0x1000 text.bin", "flash.overlap", 1],
    // Before anything is opened:
    ["-p virtual:esp32c3 write-flash 0x0 all.hex 0x10000 text.bin", "flash.overlap", 0],
    ["-p virtual:esp32c3 write-flash 0x0 bad.hex", "image.invalid", 0],
    ["-p virtual:esp32c3 verify-flash 0x0 bad.uf2", "image.truncated", 0],
    ["-p virtual:esp32c3 write-flash 0x0 nowhere.elf", "file.missing", 0],
    ["-p virtual:esp32c3 write-flash 0x0 cut.elf", "image.truncated", 0],
  ])("refuses %s", async (line, code, opened) => {
    const hex = writeIntelHex([{ address: 0x10000, data: text }]);
    const bad = hex.slice();
    bad[40] = bad[40] === 0x30 ? 0x31 : 0x30;
    const uf2 = writeUf2([{ address: 0, data: text }], { familyId: null, md5: true });
    const files = { "all.hex": hex, "bad.hex": bad, "bad.uf2": uf2.slice(0, 700) };
    const { host, code: exit, out } = await run(`--json ${line}`, { files });
    expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ type: "error", code });
    expect(exit).toBe(2);
    expect(host.openedPorts).toHaveLength(opened);
    expect(out).not.toContain('"write.file"');
  });
});

describe("wrong input", () => {
  const C3 = "--chip esp32c3";
  it.each([
    ["elf2image esp8266.elf", "argument.invalid"],
    [`${C3} elf2image nowhere.elf`, "file.missing"],
    [`${C3} elf2image locked.elf`, "file.unreadable"],
    [`${C3} elf2image hello.bin`, "image.invalid"],
    [`${C3} elf2image empty.bin`, "image.invalid"],
    [`${C3} elf2image cut.elf`, "image.truncated"],
    ["--chip esp32 elf2image hello.elf", "image.wrong-chip"],
    [`${C3} elf2image`, "argument.invalid"],
    [`${C3} elf2image -o hello.elf hello.elf`, "argument.conflict"],
    [`${C3} elf2image -fm keep hello.elf`, "argument.invalid"],
    [`${C3} elf2image -fs 12MB hello.elf`, "argument.invalid"],
    [`${C3} elf2image -ff 15m hello.elf`, "flash.unsupported-frequency"],
    [`${C3} elf2image --pad-to-size 4Mb hello.elf`, "argument.invalid"],
    [`${C3} elf2image --max-rev-full 65536 hello.elf`, "argument.invalid"],
    [`${C3} elf2image --flash-mmu-page-size 1KB hello.elf`, "argument.invalid"],
    [`${C3} elf2image --secure-pad --secure-pad-v2 hello.elf`, "argument.conflict"],
    [`${C3} elf2image --secure-pad-v2 --dont-append-digest hello.elf`, "argument.conflict"],
    ["image-info", "argument.invalid"],
    ["image-info nowhere.bin", "file.missing"],
    ["image-info empty.bin", "file.empty"],
    ["image-info text.bin", "image.invalid"],
    ["image-info hello.elf", "image.invalid"],
    ["image-info cut.bin", "image.truncated"],
    ["--chip esp99 image-info hello.bin", "argument.unknown-chip"],
    ["merge-bin -o a 0x0 text.bin", "argument.invalid"],
    ["merge-bin -o a 0x0 hello.bin 0x10000 esp8266.elf", "argument.invalid"],
    [`${C3} merge-bin 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a`, "argument.invalid"],
    [`${C3} merge-bin -o a 0x0`, "argument.invalid"],
    [`${C3} merge-bin -o a 0x0 nowhere.bin`, "file.missing"],
    [`${C3} merge-bin -o a 0x0 hello.bin 0x10 text.bin`, "flash.overlap"],
    [`${C3} merge-bin -o a -t 0x1000 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a -f elf 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a -f uf2 --chunk-size 255 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a -f uf2 --chunk-size 476 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a -fs detect 0x0 hello.bin`, "argument.invalid"],
    [`${C3} merge-bin -o a 0xfffffff0 hello.bin`, "argument.invalid"],
    ["make-image out", "argument.invalid"],
    ["make-image -f text.bin out", "argument.invalid"],
    ["make-image -f nowhere.bin -a 0x40100000 out", "file.missing"],
    [`${C3} make-image -f text.bin -a 0x40100000 out`, "argument.unsupported"],
  ])("%s: %s, and nothing is written", async (line, code) => {
    const { host, out, code: exit } = await run(`--json ${line}`, { files: { "locked.elf": { code: "EACCES" } } });
    expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ type: "error", ok: false, code });
    expect(exit).toBe(2);
    expect(names(host)).toEqual(["locked.elf"]);
    expect(host.openedPorts).toEqual([]);
  });

  it("says how to name the chip, in the words that scripts know", async () => {
    expect((await run("elf2image esp8266.elf")).err).toContain("Specify the --chip argument (choose from esp8266, ");
    expect((await run("merge-bin -o a 0x0 text.bin")).err).toContain("Specify the --chip argument (choose from ");
  });
});
