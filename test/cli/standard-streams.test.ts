import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ESPEFUSE } from "../../src/cli/programs/espefuse.ts";
import { ESPSECURE } from "../../src/cli/programs/espsecure.ts";
import { ESPTOOL } from "../../src/cli/programs/esptool.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { fixtureElf } from "../support/image/elf2image-case.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { type Running, type RunOptions, runProgram } from "../support/process/running-program.ts";
import { freshKey, pem } from "../support/secure/signing-keys.ts";

/** `-` in the place of a file, in memory and between real processes. */

const HELLO = new URL("../../examples/hello-esp32c3/", import.meta.url);
const helloElf = new Uint8Array(readFileSync(new URL("hello.elf", HELLO)));
const helloBin = new Uint8Array(readFileSync(new URL("hello.bin", HELLO)));
const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const signingKey = pem(freshKey("prime256v1"), "sec1");
const FILES = {
  "hello.elf": helloElf,
  "hello.bin": helloBin,
  "key.bin": key,
  "key.pem": signingKey,
  "esp8266.elf": fixtureElf("esp8266"),
};
const PROGRAMS = { esptool: runCli, espefuse: runEspefuse, espsecure: runEspsecure };

interface Run {
  readonly code: number;
  readonly host: TestCliHost;
  readonly out: string;
  readonly err: string;
  readonly bytes: Buffer;
}

async function run(line: string, options: CliHostOptions = {}): Promise<Run> {
  const host = testCliHost({ ...options, files: { ...FILES, ...options.files } });
  const [program = "", ...argv] = line.split(" ");
  const code = await PROGRAMS[program as keyof typeof PROGRAMS](argv, host);
  return { code, host, out: host.out(), err: host.err(), bytes: Buffer.from(host.outBytes()) };
}

const C3 = "--chip esp32c3";
const CHIP = "--port virtual:esp32c3";
const VIRTUAL = "espefuse --chip esp32c3 --virt";

describe("a file that is standard input", () => {
  it.each([
    ["esptool image-info -", helloBin, "ESP32-C3"],
    [`esptool ${CHIP} write-flash 0x0 -`, helloBin, "Hash of data verified."],
    [`esptool ${CHIP} write-flash 0x0 hello.bin --diff-with -`, helloBin, "Wrote"],
    [`esptool ${C3} merge-bin -o all.bin 0x0 -`, helloBin, "Wrote"],
    [`esptool ${C3} elf2image - --output made.bin`, helloElf, "Successfully created"],
    [`${VIRTUAL} --do-not-confirm burn-key BLOCK_KEY0 - USER`, key, "Successful"],
    [`${VIRTUAL} --do-not-confirm burn-block-data BLOCK_KEY0 -`, key, "Successful"],
    ["espsecure sign-data --version 1 --keyfile key.pem --output signed.bin -", helloBin, "Signed"],
    ["espsecure sign-data --version 1 --keyfile - --output signed.bin hello.bin", signingKey, "Signed"],
    ["espsecure encrypt-flash-data -x -k - -a 0 -o enc.bin hello.bin", key, "Encrypted"],
  ])("%s", async (line, input, said) => {
    const { code, out, err } = await run(line, { input });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(said);
  });

  it("is read to its end, and answers no question after that", async () => {
    const asked = await run(`${VIRTUAL} burn-key BLOCK_KEY0 - USER`, { input: key });
    expect(asked.code).not.toBe(0);
    expect(asked.out).toContain("Type 'BURN'");
    expect(asked.err).not.toContain("code: internal");
  });

  it("is taken as the bytes that they are", async () => {
    const merged = await run(`esptool ${C3} merge-bin -o all.bin 0x0 -`, { input: helloBin });
    expect(Buffer.compare(Buffer.from(merged.host.stored.get("all.bin") as Uint8Array), Buffer.from(helloBin))).toBe(0);
  });

  it("is called ./- where a file has that name", async () => {
    const { code, out } = await run("esptool image-info ./-", { files: { "./-": helloBin } });
    expect(code).toBe(0);
    expect(out).toContain("ESP32-C3");
  });
});

describe("a file that is standard output", () => {
  it.each([
    [`esptool ${C3} elf2image -fm dio -ff 40m -fs 2MB -o - hello.elf`, helloBin],
    [`esptool ${C3} merge-bin -o - 0x0 hello.bin`, helloBin],
    [`esptool --silent ${C3} merge-bin -o - 0x0 hello.bin`, helloBin],
    [`esptool --json ${C3} merge-bin -o - 0x0 hello.bin`, helloBin],
    [`esptool ${CHIP} read-flash 0 16 -`, Uint8Array.from({ length: 16 }, () => 0xff)],
    [`esptool ${C3} merge_bin --fill-flash-size 256KB --output - 0x0 hello.bin`, null],
    [`esptool ${CHIP} dump-mem 0x3fc80000 16 -`, null],
    [`${VIRTUAL} dump --format joint --file-name -`, null],
    [`${VIRTUAL} summary --format json --file -`, null],
    ["espsecure generate-signing-key --version 1 -", null],
    ["espsecure generate-flash-encryption-key -", null],
    ["espsecure extract-public-key --version 2 --keyfile key.pem -", null],
    ["espsecure digest-private-key --keyfile key.pem -", null],
    ["espsecure sign-data --version 1 --keyfile key.pem --output - hello.bin", null],
  ])("%s", async (line, expected) => {
    const { code, out, err, bytes } = await run(line);
    expect(code, err).toBe(0);
    // Not one word beside it.
    expect(out).toBe("");
    expect(bytes.length).toBeGreaterThan(0);
    if (expected !== null) expect(Buffer.compare(bytes, Buffer.from(expected))).toBe(0);
    if (!line.includes("--silent")) expect(err).not.toBe("");
  });

  it("also of what standard input brought", async () => {
    const { code, bytes } = await run("espsecure encrypt-flash-data -x -k key.bin -a 0 -o - -", { input: helloBin });
    const back = await run("espsecure decrypt-flash-data -x -k key.bin -a 0 -o - -", { input: new Uint8Array(bytes) });
    expect([code, back.code]).toEqual([0, 0]);
    expect(Buffer.compare(back.bytes.subarray(0, helloBin.length), Buffer.from(helloBin))).toBe(0);
  });

  it("is said of on stderr even where the line is echoed, old or wrong", async () => {
    const files = { args: new TextEncoder().encode("merge_bin -o - 0x0 hello.bin") };
    const { out, err } = await run(`esptool ${C3} @args`, { files });
    expect(out).toBe("");
    expect(err).toMatch(/^esptool --chip .*\nWarning: Deprecated: .*\nesptool v/);
  });
});

describe("an argument file that is standard input", () => {
  const words = (text: string): Uint8Array => new TextEncoder().encode(text);

  it("is read as a file is: comments of none, quotes, lines", async () => {
    const { code, out, err } = await run(`esptool ${C3} @-`, { input: words('image-info\n"hello.bin"\n') });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^esptool --chip esp32c3 image-info hello\.bin\n/);
    expect(out).toContain("ESP32-C3 Image Footer");
  });

  it("does not stand in the way of a file that is called -", async () => {
    const { code } = await run(`esptool ${C3} @./-`, { files: { "./-": words("image-info hello.bin") } });
    expect(code).toBe(0);
  });

  it.each<[line: string, sentence: string, options: CliHostOptions]>([
    [`esptool ${C3} @-`, "cannot be another file", { input: words("image-info -") }],
    [`esptool ${C3} @- @-`, "only once", { input: words("image-info hello.bin") }],
    [`esptool ${C3} @-`, "is a terminal", { hasKeyboard: true }],
    [`esptool ${C3} @-`, "argument file '-' cannot be read", { input: Uint8Array.of(0xff, 0xfe, 0x41) }],
    [`esptool ${C3} @-`, "goes on after 256 KB", { input: new Uint8Array(2 ** 22) }],
  ])("%s is refused: %s", async (line, sentence, options) => {
    const { code, err } = await run(line, options);
    expect(code).toBe(2);
    expect(err.replace(/\s+/g, " ")).toContain(sentence);
  });
});

describe("a stream that cannot be a file", () => {
  it.each<[string, CliHostOptions, string]>([
    [`esptool ${CHIP} write-flash 0x0 - 0x10000 -`, {}, "one file only"],
    [`esptool ${CHIP} write-flash 0x0 - --diff-with -`, {}, "one file only"],
    [`esptool ${CHIP} write-flash 0x0 - --encrypt-files 0x10000 -`, {}, "one file only"],
    [`espsecure encrypt-flash-data -x -k - -a 0 -o a -`, {}, "one file only"],
    [`${VIRTUAL} --path-efuse-file - summary`, {}, "cannot be in the place of --path-efuse-file"],
    [`${VIRTUAL} dump --format split --file-name -`, {}, "room for one file"],
    [`${VIRTUAL} dump --format joint --file-name - summary --file -`, {}, "one file only"],
    [`esptool make-image -f key.bin -a 0x40100000 -`, {}, "cannot be in the place of OUTPUT"],
    [`esptool ${C3} elf2image -`, { input: helloElf }, "--output"],
    [`espsecure sign-data --version 1 --keyfile key.pem -`, { input: helloBin }, "--output"],
    [`esptool --chip esp8266 elf2image -o - esp8266.elf`, {}, "room for one file"],
    [`esptool image-info -`, { hasKeyboard: true }, "Standard input (-) is a terminal"],
    [`esptool ${CHIP} read-flash 0 16 -`, { isTTY: true }, "Standard output (-) is a terminal"],
  ])("%s", async (line, options, said) => {
    const { code, err, bytes } = await run(line, options);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(bytes.length).toBe(0);
  });

  it("text may go to a terminal", async () => {
    const { code, bytes } = await run("espsecure generate-signing-key --version 1 -", { isTTY: true });
    expect(code).toBe(0);
    expect(bytes.toString()).toContain("PRIVATE KEY");
  });
});

/** How the summary of a file tells that it is written. */
const WRITES = /files? to write(?! the)|write to (?:a|this) file|end of this file|kept between runs/i;

it("every file of the declarations says whether it is written", async () => {
  for (const program of [ESPTOOL, ESPEFUSE, ESPSECURE]) {
    for (const { name } of program.commands) {
      const spec = await program.loadSpec(name);
      const options = (spec?.options ?? []).map(({ summary, value }) => ({ summary, ...value }));
      for (const { kind, use, summary } of [...options, ...(spec?.arguments ?? [])]) {
        if (kind !== "file" || use === "tree") continue;
        expect(use !== undefined && use !== "read", `${name}: ${summary}`).toBe(WRITES.test(summary));
      }
    }
  }
});

describe("between processes", () => {
  let programs: BuiltPrograms;
  // Without input there is none, and nothing to wait for.
  const start = (name: string, argv: readonly string[], options: RunOptions = {}): Running =>
    runProgram(programs.path(name), argv, { stdin: options.input === undefined ? "ignore" : "pipe", ...options });
  beforeAll(async () => {
    programs = await buildPrograms();
  });
  afterAll(() => programs.remove());

  it("a file goes in and comes out as it is", async () => {
    const made = await start(
      "esptool",
      [...C3.split(" "), "elf2image", "-fm", "dio", "-ff", "40m", "-fs", "2MB", "-o", "-", "-"],
      { input: helloElf },
    ).ended;
    expect(made.code, made.err).toBe(0);
    expect(Buffer.compare(made.outBytes, Buffer.from(helloBin))).toBe(0);
    const info = await start("esptool", ["image-info", "-"], { input: new Uint8Array(made.outBytes) }).ended;
    expect([info.code, info.err]).toEqual([0, ""]);
  });

  it("more than a pipe holds arrives whole", async () => {
    const { code, outBytes, err } = await start("esptool", [...CHIP.split(" "), "read-flash", "0", "all", "-"]).ended;
    expect(code, err).toBe(0);
    expect(outBytes.length).toBe(4 * 1024 * 1024);
    expect(outBytes.every((byte) => byte === 0xff)).toBe(true);
  });

  it("nothing at all is an empty file", async () => {
    const { code, err } = await start("esptool", ["image-info", "-"]).ended;
    expect(code).toBe(2);
    expect(err).toContain("file.empty");
  });
});
