import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { readCommandPart, readLeadingPart } from "../line/command-line.ts";
import { PROGRAMS } from "../programs/all.ts";
import type { Program } from "../programs/program.ts";
import { runProgram } from "../run-program.ts";
import { FOREIGN_COMMANDS } from "./foreign-commands.ts";
import { FOREIGN_OPTIONS } from "./foreign-options.ts";

function programOf(name: string): Program {
  const found = PROGRAMS.find((program) => program.name === name);
  if (found === undefined) throw new Error(`There is no program ${name}.`);
  return found;
}

/** The hint of a line that is wrong. */
async function hintOf(line: string): Promise<string> {
  const [name = "", ...argv] = line.split(" ");
  const host = testCliHost();
  expect(await runProgram(programOf(name), [...argv, "--json"], host)).toBe(2);
  const last = host.out().trimEnd().split("\n").at(-1) ?? "";
  const error: unknown = JSON.parse(last);
  expect(error).toMatchObject({ type: "error", ok: false });
  return (error as { hint: string }).hint.replace(" --json", "");
}

describe("a word of another tool", () => {
  it.each([
    ["esptool write 0x1000 my.bin", "Type: esptool write-flash 0x1000 my.bin"],
    ["esptool --port /dev/x program app.elf", "Type: esptool --port /dev/x write-flash 0x10000 app.bin"],
    ["esptool write-bin -z 4096 app.bin", "Type: esptool write-flash -z 4096 app.bin"],
    ["esptool writeFlash 0 a.bin", "Type: esptool write-flash 0 a.bin"],
    ["esptool READ_MAC", "Type: esptool read-mac"],
    ["esptool erase", "Type: esptool erase-flash"],
    ["esptool list-ports", "Type: esptool ports"],
    ["esptool board-info", "Type: esptool --verbose flash-id"],
    ["esptool reset", "Type: esptool run"],
    ["esptool save-image", "Type: esptool --chip esp32c3 elf2image app.elf"],
    ["esptool partitions", "Type: esptool partition-table from-chip"],
    ["esptool serial-monitor -b 9600", "Type: esptool monitor"],
    ["esptool help write", "Type: esptool write-flash 0x10000 app.bin"],
    ["esptool efuses", "Type: espefuse summary"],
    ["esptool --port X burn-key BLOCK0 k.bin", "Type: espefuse --port X burn-key BLOCK0 k.bin"],
    ["esptool --no-stub burn-key BLOCK0 k.bin", "Type: espefuse burn-key BLOCK0 k.bin"],
    ["espefuse burn DIS_TWAI 1", "Type: espefuse burn-efuse DIS_TWAI 1"],
    ["espefuse write-flash 0 a.bin", "Type: esptool write-flash 0 a.bin"],
    ["espsecure sign", "Type: espsecure sign-data --version 2"],
  ])("is answered with what to type here: %s", async (line, hint) => {
    expect(await hintOf(line)).toContain(hint);
  });

  it.each([
    ["esptool write-flash --verify 0 a.bin", "Type: esptool write-flash 0 a.bin"],
    ["esptool verify-flash --diff=yes 0 a.bin", "Type: esptool verify-flash --diff 0 a.bin"],
    ["esptool verify-flash -d yes 0 a.bin", "Type: esptool verify-flash --diff 0 a.bin"],
    ["esptool verify-flash --diff no 0 a.bin", "Type: esptool verify-flash 0 a.bin"],
    ["esptool image-info --version 2 a.bin", "There is one form of output. Type: esptool image-info a.bin"],
    ["esptool --chip esp32 elf2image -sc HSPI a.elf", "Type: esptool --chip esp32 elf2image a.elf"],
    ["esptool read-mac --spi-connection=HSPI", "Type: esptool read-mac"],
    ["esptool --no_stub read-mac", "Type: esptool --no-stub read-mac"],
    ["esptool write-flash --flashSize=4MB 0 a.bin", "Type: esptool write-flash --flash-size=4MB 0 a.bin"],
    ["esptool --speed 921600 flash-id", "Type: esptool --baud 921600 flash-id"],
    ["esptool load-ram --monitor a.bin", "Type: esptool load-ram a.bin"],
    ["espsecure sign-data --quiet a", "Type: espsecure sign-data --silent a"],
  ])("is answered where it is an option: %s", async (line, hint) => {
    expect(await hintOf(line)).toContain(hint);
  });

  it("keeps words with blanks together", async () => {
    const host = testCliHost();
    await runProgram(programOf("esptool"), ["write", "0x0", "my app's.bin"], host);
    expect(host.err()).toContain("Type: esptool write-flash 0x0 'my app'\\''s.bin'\n");
  });

  it.each(["esptool xyzzy", "esptool read-mac --xyzzy", "esptool write-flash 0x0", "esptool --chip esp99 read-mac"])(
    "is not seen where there is none: %s",
    async (line) => {
      expect(await hintOf(line)).not.toContain("Type:");
    },
  );
});

describe("the table", () => {
  it("has each word once for its program, none that is a command there", () => {
    for (const program of PROGRAMS) {
      const words = FOREIGN_COMMANDS.filter((row) => row.of === program.name).flatMap((row) => row.words);
      expect(new Set(words).size).toBe(words.length);
      const names = program.commands.map(({ name }) => name);
      expect(words.filter((word) => names.includes(word) || word !== word.toLowerCase())).toEqual([]);
    }
  });

  it.each(FOREIGN_COMMANDS)("has lines that can be typed: $of $type", async ({ of, type, behind }) => {
    const words = [...type.split(" "), ...(behind?.split(" ") ?? [])];
    const other = PROGRAMS.find(({ name }) => name === words[0]);
    const program = other ?? programOf(of);
    const refuse = (): void => expect.unreachable();
    const leading = await readLeadingPart(other === undefined ? words : words.slice(1), program, refuse);
    if (leading.kind !== "commands") return expect.unreachable();
    const part = await readCommandPart(leading, program, { env: {}, onOldName: refuse });
    expect(part.kind).toBe("run");
  });

  it("names commands and options that exist", () => {
    const commands = PROGRAMS.flatMap((program) => program.commands.map(({ name }) => name));
    for (const row of FOREIGN_OPTIONS) expect(commands).toEqual(expect.arrayContaining([...(row.commands ?? [])]));
  });
});
