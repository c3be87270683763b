import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHIPS } from "../../chips.ts";
import { commandHelp, familyHelp, programHelp } from "../help/help-text.ts";
import { parseCommandWords, parseLeadingOptions } from "../line/build-program.ts";
import { readCommandPart, readLeadingPart } from "../line/command-line.ts";
import { PROGRAMS } from "../programs/all.ts";
import { ESPTOOL } from "../programs/esptool.ts";
import { COMMAND_MODULES } from "../programs/load-command.ts";
import { listedCommands, type Program } from "../programs/program.ts";
import { bannerOf, REFERENCE_VERSION, VERSION } from "../version.ts";
import { CHIP_NAMES } from "./chip-names.ts";
import { COMMANDS } from "./command-table.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { CommandSpec } from "./types.ts";

interface Declared extends CommandSpec {
  readonly program: Program;
}
const specs: Declared[] = [];
for (const program of PROGRAMS) {
  for (const { name } of program.commands) {
    const spec = await program.loadSpec(name);
    if (spec === null) throw new Error(`${program.name} has no declaration of ${name}`);
    specs.push({ ...spec, program });
  }
}

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

  it.each(PROGRAMS)("have names of one word where several stand on a line: $name", (program) => {
    if (program.takesSeveralCommands) expect(program.commands.filter(({ name }) => name.includes(" "))).toEqual([]);
    for (const { name } of program.families ?? [])
      expect(program.commands.map((command) => command.name)).not.toContain(name);
  });

  it.each([...PROGRAMS, ...specs])("use each name once: $name", ({ options }) => {
    const names = options.flatMap((option) => [option.name, option.short, option.twoLetter]);
    const given = names.filter((name) => name !== undefined);
    expect(new Set(given).size).toBe(given.length);
  });

  it.each(specs)("exclude only options that exist: $name", (spec) => {
    const names = [...spec.options, ...spec.program.options].map((option) => option.name);
    for (const name of (spec.exclusive ?? []).flat()) expect(names).toContain(name);
  });

  it.each(specs)("need only switches that exist: $name", (spec) => {
    const switches = spec.options.filter(({ value }) => value === undefined).map(({ name }) => name);
    for (const { needs } of spec.options) if (needs !== undefined) expect(switches).toContain(needs);
  });

  const examples = specs.flatMap(({ program, examples: all }) => all.map((example) => ({ program, ...example })));
  it.each(examples)("have examples that parse: $command", async ({ program, command }) => {
    const [name, ...argv] = command.split(" ");
    expect(name).toBe(program.name);
    const leading = await readLeadingPart(argv, program, () => expect.unreachable());
    if (leading.kind !== "commands") return expect.unreachable();
    const part = await readCommandPart(leading, program, { env: {}, onOldName: () => expect.unreachable() });
    expect(part.kind).toBe("run");
  });

  it("have defaults that their own grammar takes", async () => {
    for (const { name, program } of specs.filter((spec) => spec.arguments.length === 0)) {
      const leading = await readLeadingPart(name.split(" "), program, () => {});
      if (leading.kind !== "commands") return expect.unreachable();
      const part = await readCommandPart(leading, program, { env: {}, onOldName: () => {} });
      // What cannot do without an option says so.
      expect(part.kind).toBe("run");
    }
  });
});

describe("help", () => {
  it.each(PROGRAMS)("shows every command and shared option: $name", (program) => {
    const text = programHelp(program, 100);
    for (const { name, summary, hidden } of program.commands) {
      if (program.families?.some((family) => name.startsWith(`${family.name} `)) === true) continue;
      const isShown = text.includes(`  ${name.padEnd(28)}${summary}`) || text.includes(`  ${name}\n`);
      expect(isShown, name).toBe(hidden !== true);
    }
    for (const { name, hidden } of program.options) expect(text.includes(`--${name}`), name).toBe(hidden !== true);
  });

  it.each(PROGRAMS.flatMap((program) => (program.families ?? []).map((family) => ({ program, ...family }))))(
    "shows the family $name in one line, and its commands in its own help",
    ({ program, ...family }) => {
      expect(programHelp(program, 100)).toContain(`  ${family.name.padEnd(28)}${family.summary}`);
      const text = familyHelp(program, family, 100);
      const members = listedCommands(program).filter(({ name }) => name.startsWith(`${family.name} `));
      expect(members.length).toBeGreaterThan(1);
      for (const { name, summary } of members) expect(text).toContain(`  ${name.padEnd(28)}${summary}`);
    },
  );

  it.each(specs)("shows everything of $name, within the width", (spec) => {
    const text = commandHelp(spec.program, spec, 80);
    for (const option of spec.options) {
      expect(new RegExp(`--${option.name}(?![\\w-])`).test(text)).toBe(option.hidden !== true);
      if (option.env !== undefined) expect(text.replace(/\s+/g, " ")).toContain(`environment ${option.env}`);
    }
    // As a shell reads lines that go on.
    const joined = text.replace(/ \\\n\s+/g, " ");
    for (const { command } of spec.examples) expect(joined).toContain(`  ${command}\n`);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});

describe("the line", () => {
  it("takes shared options before and behind the command; the later one wins", async () => {
    const argv = ["-b", "9600", "--chip", "esp32", "read-mac", "--baud", "460800", "-v"];
    const leading = await readLeadingPart(argv, ESPTOOL, () => {});
    if (leading.kind !== "commands") return expect.unreachable();
    const part = await readCommandPart(leading, ESPTOOL, { env: {}, onOldName: () => {} });
    if (part.kind !== "run") return expect.unreachable();
    const [command] = part.commands;
    expect(command?.options.number("baud")).toBe(460800);
    expect(command?.options.text("chip")).toBe("esp32");
    expect(command?.options.flag("verbose")).toBe(true);
    expect(command?.options.flag("no-stub")).toBe(false);
  });

  it("lets a command's own letter hide the shared one, not its name", async () => {
    const argv = ["write-flash", "-p", "--port", "COM7", "0x0", "a.bin", "-e", "0x1000", "b.bin"];
    const leading = await readLeadingPart(argv, ESPTOOL, () => {});
    if (leading.kind !== "commands") return expect.unreachable();
    const part = await readCommandPart(leading, ESPTOOL, { env: {}, onOldName: () => {} });
    if (part.kind !== "run") return expect.unreachable();
    const [command] = part.commands;
    expect(command?.options.flag("no-progress")).toBe(true);
    expect(command?.options.text("port")).toBe("COM7");
    expect(command?.options.flag("erase-all")).toBe(true);
    expect(command?.arguments.pairs).toEqual([
      { address: 0, addressText: "0x0", reference: null, file: "a.bin" },
      { address: 0x1000, addressText: "0x1000", reference: null, file: "b.bin" },
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
    const leading = await readLeadingPart(["-b", "9600", "read-mac"], ESPTOOL, () => {});
    if (leading.kind !== "commands") return expect.unreachable();
    const env = { ESPTOOL_BAUD: "1", ESPTOOL_CHIP: "ESP32-C3", ESPTOOL_AFTER: "", ESPTOOL_BEFORE: "usb_reset" };
    const old: string[] = [];
    const part = await readCommandPart(leading, ESPTOOL, { env, onOldName: (sentence) => old.push(sentence) });
    if (part.kind !== "run") return expect.unreachable();
    const [command] = part.commands;
    expect(command?.options.number("baud")).toBe(9600);
    expect(command?.options.text("chip")).toBe("esp32c3");
    expect(command?.options.text("after")).toBe("hard-reset");
    expect(command?.options.text("before")).toBe("usb-reset");
    expect(command?.options.text("port")).toBeUndefined();
    expect(old).toHaveLength(1);
    expect(command?.options.given("chip")).toBe(true);
    expect(command?.options.given("after")).toBe(false);
  });
});

describe("the version", () => {
  it("is the package's, and the banner one that scripts parse", () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
    expect(manifest).toMatchObject({ version: VERSION });
    expect(/^esptool v(\d+\.\d+\.\d+)/.exec(bannerOf("esptool"))?.[1]).toBe(REFERENCE_VERSION);
  });
});
