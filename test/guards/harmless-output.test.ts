import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runRfc2217Server } from "../../src/cli/rfc2217-server/run-rfc2217-server.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { elfToImage } from "../../src/image.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { applicationDescriptor, buildElf } from "../support/image/elf-builder.ts";

/** Clears the screen, sets the title, colours, C1, DEL, hides what follows, turns text around, ends a line unseen. */
const NASTY = "N\u001b[2J\u001b]0;t\u0007\u001b[31m\r\b\u009b1A\u007f\u202eY\u2066Z\u2028";
/** The same in bytes that a chip or an eFuse table may hold. */
const SHORT = "N\u001b[2JY";
const CHIP = "virtual:esp32c3";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const config = (...lines: string[]): Uint8Array<ArrayBuffer> => bytes(["[esptool]", ...lines].join("\n"));

/** Everything that may change a screen, but for the ends of lines and tabs. */
const LEFT = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** What the program itself adds on a terminal: its colours, lines taken back, a bar or a state drawn over itself, an erased character. */
const OWN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b\[(?:33|1;36|31|2|0)m|\r\u001b\[2K|(?:\u001b\[1A\u001b\[2K)+|\r(?=[\w ]+ at |Writing|Reading|Verifying|Connecting to )/g;

function dangerous(text: string): string[] {
  return (text.replace(OWN, "").match(LEFT) ?? []).filter((character) => character !== "\n" && character !== "\t");
}

function descriptorImage(): Uint8Array<ArrayBuffer> {
  const descriptor = applicationDescriptor();
  descriptor.fill(0, 16, 80);
  descriptor.set(bytes(SHORT), 16);
  descriptor.set(bytes(NASTY.slice(0, 20)), 48);
  const elf = buildElf({
    sections: [
      { name: ".flash.appdesc", address: 0x3c000020, data: descriptor },
      { name: ".iram0.text", address: 0x40380000, data: 64 },
    ],
  });
  return elfToImage(elf, { chip: "esp32c3" }).outputs[0]?.bytes ?? new Uint8Array(0);
}

type Run = (argv: readonly string[], host: TestCliHost) => Promise<number>;

interface Door {
  readonly argv: readonly string[];
  readonly run?: Run;
  readonly options?: CliHostOptions;
  /** That it came through at all. */
  readonly shows?: string;
}

const port = (path: string) => ({ path, usable: false, reason: NASTY, rank: 3, likely: true, product: NASTY });
const TABLE = bytes(`FIELD_A, EFUSE_BLK3, 0, 8, ${SHORT}\n`);

const DOORS: Readonly<Record<string, Door>> = {
  "the texts of an application": { argv: ["image-info", "a.bin"], options: { files: { "a.bin": descriptorImage() } } },
  "the names of files that overlap": {
    argv: ["-p", CHIP, "write-flash", "0x20000", NASTY, "0x20000", NASTY],
    options: { files: { [NASTY]: new Uint8Array(4096).fill(7) } },
  },
  "the name of a file that is not there": { argv: ["image-info", NASTY] },
  "a value of the configuration": {
    argv: ["-p", CHIP, "read-mac"],
    options: { files: { "/project/esptool.cfg": config(`timeout = ${SHORT}`) } },
  },
  "an option of the configuration": {
    argv: ["-p", CHIP, "read-mac"],
    options: { files: { "/project/esptool.cfg": config("N\u001b[2Jx = 1") } },
    shows: "Ignoring unknown config file option",
  },
  "a configuration that does not parse": {
    argv: ["version"],
    options: { files: { "/project/esptool.cfg": config("a = 1", `[N\u001b[2J]`, `[N\u001b[2J]`) } },
    shows: "Ignoring invalid config file",
  },
  "the directory of the configuration": {
    argv: ["version"],
    options: { place: { workingDirectory: `/${NASTY}` }, files: { [`/${NASTY}/esptool.cfg`]: config() } },
    shows: "Loaded custom configuration",
  },
  "what ports call themselves": { argv: ["ports"], options: { ports: [port(`/dev/tty${NASTY}`)] } },
  "the port that is chosen": {
    argv: ["read-mac"],
    options: { ports: [{ ...port(CHIP), usable: true, serialNumber: NASTY }] },
    shows: "MAC:",
  },
  "the ports among which to choose": { argv: ["read-mac"], options: { ports: [port("/dev/a"), port("/dev/b")] } },
  "what a chip prints that does not answer": {
    argv: ["-p", `${CHIP},lines=0,boot=flash,app=${NASTY}`, "--connect-attempts", "1", "read-mac"],
  },
  "a wrong value": { argv: ["--baud", NASTY, "read-mac"] },
  "a wrong command": { argv: [NASTY] },
  "a wrong option": { argv: ["read-mac", `--${NASTY}`] },
  "the environment": { argv: ["read-mac"], options: { env: { ESPTOOL_BAUD: NASTY } } },
  "an argument file": {
    argv: ["@a"],
    options: { files: { a: bytes(`version '${SHORT}'`) } },
    shows: "esptool version N",
  },
  "where an error comes from": { argv: ["--debug", "image-info", NASTY] },
  "an option of a virtual chip": { argv: ["-p", `${CHIP},usb=${NASTY}`, "read-mac"] },
  "a table of eFuses": {
    run: runEspefuse,
    argv: ["--chip", "esp32c3", "--virt", "--extend-efuse-table", "t.csv", "summary"],
    options: { files: { "t.csv": TABLE } },
    shows: "FIELD_A",
  },
  "a table of eFuses that is wrong": {
    run: runEspefuse,
    argv: ["--chip", "esp32c3", "--virt", "--extend-efuse-table", NASTY, "summary"],
    options: { files: { [NASTY]: bytes(`${SHORT}, X, 0, 1`) } },
  },
  "the name of a key": { run: runEspsecure, argv: ["digest-private-key", "--keyfile", NASTY, "out"] },
  "a key that is none": {
    run: runEspsecure,
    argv: ["digest-private-key", "--keyfile", NASTY, "out"],
    options: { files: { [NASTY]: bytes(`-----BEGIN ${NASTY}-----`) } },
  },
  "the port of a server": { run: runRfc2217Server, argv: [NASTY] },
  completion: {
    argv: ["__complete", "zsh", "--port", "+"],
    options: { ports: [{ ...port("/dev/ttyN\u001b[2J"), usable: true, product: `${NASTY}\n--evil\tx` }] },
    shows: "/dev/ttyN",
  },
};

describe("what others say", () => {
  const cases = Object.entries(DOORS).flatMap(([what, door]) =>
    ["a file", "a terminal", "--json"].map((how) => [what, how, door] as const),
  );

  it.each(cases)("reaches the screen harmless: %s, on %s", async (_what, how, door) => {
    const isJson = how === "--json";
    const { argv, run = runCli, options = {}, shows } = door;
    if (isJson && (run === runRfc2217Server || argv[0] === "__complete")) return;
    const host = testCliHost({ ...options, isTTY: how === "a terminal", columns: 200 });
    if (run === runRfc2217Server) host.openPort = failingToOpen;
    await run(isJson ? ["--json", ...argv] : argv, host);
    const all = host.out() + host.err();
    if (!isJson) expect(all).toContain("N");
    expect(dangerous(host.out())).toEqual([]);
    expect(dangerous(host.err())).toEqual([]);
    if (isJson) for (const line of host.out().split("\n").slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
    else {
      if (shows !== undefined) expect(all).toContain(shows);
      expect(all).toMatch(/\\x1b|\\x9b/);
    }
  });

  it("makes no candidate of a device's name", async () => {
    const door = DOORS["completion"];
    const host = testCliHost(door?.options);
    await runCli(door?.argv ?? [], host);
    expect(host.out()).not.toMatch(/^--evil/m);
  });
});

function failingToOpen(text: string): Promise<never> {
  return Promise.reject(new Error(`no ${text}`));
}

/** Who writes to a stream itself, and how what it writes is harmless. */
const OUTLETS: Readonly<Record<string, string>> = {
  "show/ask/ask-line.ts": "cleans the question and its echo",
  "completion/answer-shell.ts": "cleans each line",
  "monitor/display.ts": "the device's own stream, as harmless as a terminal needs it; cleans its own words",
  "monitor/monitor-output.ts": "JSON",
  "show/output.ts": "cleans all it is given",
  "rfc2217-server/run-rfc2217-server.ts": "cleans what it logs",
  "run/completion/completion.ts": "a script of our own",
  "run/crash/decode.ts": "a log as harmless as a terminal needs it; cleans the reports",
  "run/efuse/confirm.ts": "cleans the plan",
  "run/improv/improv-talk.ts": "a log as harmless as a terminal needs it",
  "run/image/image-info.ts": "an error as it is rendered, which cleans it",
  "run/monitor.ts": "cleans its own words",
  "show/shown.ts": "a sentence of our own",
  "show/terminal.ts": "is given what output.ts cleaned, with colours of ours",
};

describe("the streams", () => {
  it("are written to by those that are known to clean it", () => {
    const root = fileURLToPath(new URL("../../src/cli/", import.meta.url));
    const writers = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "host/node-host.ts")
      .filter((file) => /(?:stdout|stderr|\bout|#out)\.write\(/.test(readFileSync(join(root, file), "utf8")))
      .map((file) => file.replaceAll("\\", "/"));
    expect(writers.sort()).toEqual(Object.keys(OUTLETS).sort());
  });
});
