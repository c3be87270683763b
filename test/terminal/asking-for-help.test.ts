import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { runRfc2217Server } from "../../src/cli/rfc2217-server/run-rfc2217-server.ts";
import { runProgram } from "../../src/cli/run-program.ts";
import { bannerOf } from "../../src/cli/version.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { runProgram as runProcess } from "../support/process/running-program.ts";

async function run(name: string, argv: readonly string[], options: CliHostOptions = {}) {
  const host = testCliHost(options);
  const program = PROGRAMS.find((candidate) => candidate.name === name);
  const code = program === undefined ? await runRfc2217Server(argv, host) : await runProgram(program, argv, host);
  return { code, out: host.out(), err: host.err() };
}

const NAMES = [...PROGRAMS.map(({ name }) => name), "esp-rfc2217-server"];

describe.each(NAMES)("%s", (name) => {
  it.each(["--version", "-V", "-v -V", "--version whatever"])("shows its version: %s", async (line) => {
    const argv = line.split(" ");
    // A letter that each of them has, espsecure excepted.
    const words = argv.filter((word) => name !== "espsecure" || word !== "-v");
    expect(await run(name, words)).toEqual({ code: 0, out: `${bannerOf(name)}\n`, err: "" });
  });

  it("shows the same help for help, --help and -h", async () => {
    const asked = await run(name, ["--help"]);
    expect(asked).toMatchObject({ code: 0, err: "" });
    expect(asked.out).toMatch(new RegExp(`^Usage: ${name} `));
    for (const word of ["help", "-h"]) expect(await run(name, [word])).toEqual(asked);
  });
});

describe("help of a command", () => {
  it.each([
    ["esptool", "read_flash", "read-flash"],
    ["espefuse", "burn-key", "burn-key"],
    ["espsecure", "sign-data", "sign-data"],
  ])("is shown by the word before it as by the option behind it: %s %s", async (name, typed, command) => {
    const before = await run(name, ["help", typed]);
    const behind = await run(name, [command, "--help"]);
    const withoutHead = (text: string): string => text.slice(text.indexOf("Usage: "));
    expect(before.code).toBe(0);
    expect(withoutHead(before.out)).toBe(withoutHead(behind.out));
    expect(JSON.parse((await run(name, ["--json", "help", typed])).out)).toMatchObject({ ok: true, of: command });
  });

  it("is the chip's", async () => {
    for (const argv of [
      ["--chip", "esp32s2", "help", "burn-key"],
      ["help", "burn-key", "--chip", "esp32s2"],
    ])
      expect((await run("espefuse", argv)).out).toContain("On this chip (esp32s2)");
  });

  it.each([
    ["help", "nonsense"],
    ["help", "read-mac", "write-mem"],
  ])("fails where there is none: %s", async (...argv) => {
    expect((await run("esptool", argv)).code).toBe(2);
  });

  it("does not offer what does not count for it", async () => {
    expect((await run("esptool", ["help", "ports"])).out).toContain(
      '\nAlso --silent, --json, --debug: see "esptool --help".\n',
    );
    expect((await run("esptool", ["help", "flash-id"])).out).toContain("\nAlso --chip, --port, --baud and more: see");
    expect((await run("espsecure", ["help", "sign-data"])).out).not.toContain("--port");
  });
});

describe("the width of help", () => {
  const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
  it.each<[CliHostOptions, number]>([
    [{}, 80],
    [{ isTTY: true, columns: 40 }, 40],
    [{ isTTY: true, columns: 90 }, 90],
    [{ isTTY: true, columns: 300 }, 100],
    [{ isTTY: true, columns: 0 }, 80],
    [{ env: { COLUMNS: "60" } }, 60],
    [{ env: { COLUMNS: "many" } }, 80],
  ])("is the terminal's, from 20 to 100 columns, and 80 without one: %j", async (options, columns) => {
    for (const name of NAMES) {
      const width = widest((await run(name, ["--help"], options)).out);
      expect(width).toBeLessThanOrEqual(columns);
      expect(width).toBeGreaterThan(columns - 9);
    }
  });
});

describe("the names of earlier versions", () => {
  let built: BuiltPrograms;
  beforeAll(async () => {
    built = await buildPrograms();
  });
  afterAll(() => built.remove());

  const { bin } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    bin: Record<string, string>;
  };
  it.each([
    ["esptool.py", "esptool"],
    ["espefuse.py", "espefuse"],
    ["espsecure.py", "espsecure"],
    ["esp_rfc2217_server.py", "esp-rfc2217-server"],
  ])("work, and say so on stderr: %s", async (old, name) => {
    expect(bin[old]).toBe(`dist/bin/${name}-py.js`);
    const { code, out, err } = await runProcess(built.path(`${name}-py`), ["-h"], { cwd: built.folder }).ended;
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: ${name} `));
    expect(err).toBe(`DEPRECATED: ${old} is an old name; type ${name} instead.\n`);
  });
});
