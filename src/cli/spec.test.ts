import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHIPS } from "../chips.ts";
import { parseCommandWords, parseLeadingOptions } from "./build-program.ts";
import { readCommandPart, readLeadingPart } from "./command-line.ts";
import { commandHelp, programHelp } from "./help-text.ts";
import { COMMAND_MODULES } from "./load-command.ts";
import { CHIP_NAMES } from "./spec/chip-names.ts";
import { COMMANDS } from "./spec/command-table.ts";
import { GLOBAL_OPTIONS } from "./spec/global-options.ts";
import type { CommandSpec } from "./spec/types.ts";
import { BANNER, REFERENCE_VERSION, VERSION } from "./version.ts";

const specs: CommandSpec[] = [];
for (const modules of Object.values(COMMAND_MODULES)) specs.push((await modules.spec()).SPEC);

describe("the declarations", () => {
  it("name the chips of the catalogue, in its order", () => {
    expect(CHIP_NAMES).toEqual(CHIPS.map((chip) => chip.id));
  });

  it("are those of the table, and each has its code", async () => {
    expect(Object.keys(COMMAND_MODULES).sort()).toEqual(COMMANDS.map((command) => command.name).sort());
    for (const [name, modules] of Object.entries(COMMAND_MODULES)) {
      expect((await modules.spec()).SPEC.name).toBe(name);
      expect((await modules.run()).run).toBeTypeOf("function");
    }
  });

  it.each([{ name: "(all)", options: GLOBAL_OPTIONS }, ...specs])("use each name once: $name", ({ options }) => {
    const names = options.flatMap((option) => [option.name, option.short, option.twoLetter]);
    const given = names.filter((name) => name !== undefined);
    expect(new Set(given).size).toBe(given.length);
  });

  it.each(specs)("exclude only options that exist: $name", (spec) => {
    const names = spec.options.map((option) => option.name);
    for (const name of (spec.exclusive ?? []).flat()) expect(names).toContain(name);
  });

  it.each(specs.flatMap((spec) => spec.examples))("have examples that parse: $command", async ({ command }) => {
    const argv = command.split(" ").slice(1);
    const leading = await readLeadingPart(argv, () => expect.unreachable());
    if (leading.kind !== "command") return expect.unreachable();
    const part = await readCommandPart(leading, { env: {}, onOldName: () => expect.unreachable() });
    expect(part.kind).toBe("run");
  });

  it("have defaults that their own grammar takes", async () => {
    for (const { name } of specs.filter((spec) => spec.arguments.length === 0)) {
      const leading = await readLeadingPart([name], () => {});
      if (leading.kind !== "command") return expect.unreachable();
      expect((await readCommandPart(leading, { env: {}, onOldName: () => {} })).kind).toBe("run");
    }
  });
});

describe("help", () => {
  it("shows every command and shared option", () => {
    const text = programHelp(100);
    for (const { name, summary, hidden } of COMMANDS) {
      expect(text.includes(`  ${name.padEnd(28)}${summary}`), name).toBe(hidden !== true);
    }
    for (const { name, hidden } of GLOBAL_OPTIONS) expect(text.includes(`--${name}`), name).toBe(hidden !== true);
  });

  it.each(specs)("shows everything of $name, within the width", (spec) => {
    const text = commandHelp(spec, 80);
    for (const option of spec.options) {
      expect(new RegExp(`--${option.name}(?![\\w-])`).test(text)).toBe(option.hidden !== true);
      if (option.env !== undefined) expect(text.replace(/\s+/g, " ")).toContain(`environment ${option.env}`);
    }
    for (const { command } of spec.examples) expect(text).toContain(command);
    const tooLong = text.split("\n").filter((line) => line.length > 80 && !line.startsWith("  esptool"));
    expect(tooLong).toEqual([]);
  });
});

describe("the line", () => {
  it("takes shared options before and behind the command; the later one wins", async () => {
    const argv = ["-b", "9600", "--chip", "esp32", "read-mac", "--baud", "460800", "-v"];
    const leading = await readLeadingPart(argv, () => {});
    if (leading.kind !== "command") return expect.unreachable();
    const part = await readCommandPart(leading, { env: {}, onOldName: () => {} });
    if (part.kind !== "run") return expect.unreachable();
    expect(part.options.number("baud")).toBe(460800);
    expect(part.options.text("chip")).toBe("esp32");
    expect(part.options.flag("verbose")).toBe(true);
    expect(part.options.flag("no-stub")).toBe(false);
  });

  it("lets a command's own letter hide the shared one, not its name", async () => {
    const argv = ["write-flash", "-p", "--port", "COM7", "0x0", "a.bin", "-e", "0x1000", "b.bin"];
    const leading = await readLeadingPart(argv, () => {});
    if (leading.kind !== "command") return expect.unreachable();
    const part = await readCommandPart(leading, { env: {}, onOldName: () => {} });
    if (part.kind !== "run") return expect.unreachable();
    expect(part.options.flag("no-progress")).toBe(true);
    expect(part.options.text("port")).toBe("COM7");
    expect(part.options.flag("erase-all")).toBe(true);
    expect(part.arguments.pairs).toEqual([
      { address: 0, file: "a.bin" },
      { address: 0x1000, file: "b.bin" },
    ]);
  });

  it("reads two-letter options as the next word and with an equals sign, not glued", () => {
    const spec = specs.find(({ name }) => name === "write-flash");
    if (spec === undefined) return expect.unreachable();
    const words = ["-fs", "4MB", "-fm=dio", "-ff", "40m", "-sc=HSPI", "0x0", "--", "-fs"];
    const parsed = parseCommandWords(words, spec, GLOBAL_OPTIONS);
    expect(parsed.options).toEqual({
      "flash-size": "4MB",
      "flash-mode": "dio",
      "flash-freq": "40m",
      "spi-connection": "HSPI",
    });
    expect(parsed.words).toEqual(["0x0", "-fs"]);
    expect(() => parseCommandWords(["-fs4MB", "0x0", "a"], spec, GLOBAL_OPTIONS)).toThrow();
  });

  it("stops reading shared options at the command", () => {
    const { options, words } = parseLeadingOptions(["-s", "chip-id", "-t"], GLOBAL_OPTIONS);
    expect(options).toEqual({ silent: true });
    expect(words).toEqual(["chip-id", "-t"]);
  });

  it("falls back to the environment, then to the default", async () => {
    const leading = await readLeadingPart(["-b", "9600", "read-mac"], () => {});
    if (leading.kind !== "command") return expect.unreachable();
    const env = { ESPTOOL_BAUD: "1", ESPTOOL_CHIP: "ESP32-C3", ESPTOOL_AFTER: "", ESPTOOL_BEFORE: "usb_reset" };
    const old: string[] = [];
    const part = await readCommandPart(leading, { env, onOldName: (sentence) => old.push(sentence) });
    if (part.kind !== "run") return expect.unreachable();
    expect(part.options.number("baud")).toBe(9600);
    expect(part.options.text("chip")).toBe("esp32c3");
    expect(part.options.text("after")).toBe("hard-reset");
    expect(part.options.text("before")).toBe("usb-reset");
    expect(part.options.text("port")).toBeUndefined();
    expect(old).toHaveLength(1);
    expect(part.options.given("chip")).toBe(true);
    expect(part.options.given("after")).toBe(false);
  });
});

describe("the version", () => {
  it("is the package's, and the banner one that scripts parse", () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(manifest).toMatchObject({ version: VERSION });
    expect(/^esptool v(\d+\.\d+\.\d+)/.exec(BANNER)?.[1]).toBe(REFERENCE_VERSION);
  });
});
