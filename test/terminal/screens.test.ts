import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textWidth } from "../../src/cli/show/screen/text-width.ts";
import { noise } from "../support/noise.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { hasPseudoTerminals, runInTerminal } from "../support/process/pseudo-terminal.ts";
import { screenOf } from "../support/screen.ts";
import { tellSkipped } from "../support/skipping.ts";

if (!hasPseudoTerminals) tellSkipped("a pseudo-terminal: python3 is not there");

/** What stands before the name of each screen. */
const MARK = "\u0001 ";

describe.skipIf(!hasPseudoTerminals)("in a terminal", () => {
  let built: BuiltPrograms;
  beforeAll(async () => {
    built = await buildPrograms();
    writeFileSync(`${built.folder}/a.bin`, noise(0x8000));
    writeFileSync(`${built.folder}/b.bin`, noise(0x20000));
  });
  afterAll(() => built.remove());

  // What they show is stored; `npx vitest run test/terminal/screens.test.ts -u` stores it anew.
  it.each([40, 80, 120])("of %d columns the help of every command is as stored, and fits", async (columns) => {
    const { code, text } = await runInTerminal(built.path("show-all-help"), [], { columns, cwd: built.folder });
    expect(code).toBe(0);
    const screens = text.split(MARK).slice(1);
    expect(screens.length).toBeGreaterThan(50);
    expect(text.split("\n").filter((line) => textWidth(line) > columns && !line.startsWith(MARK))).toEqual([]);
    const programs = new Map<string, string>();
    for (const screen of screens) {
      const [name = ""] = screen.split(/[ \n]/, 1);
      programs.set(name, `${programs.get(name) ?? ""}== ${screen}\n`);
    }
    for (const [name, shown] of programs)
      await expect(shown).toMatchFileSnapshot(`../fixtures/screens/${name}-${columns}.txt`);
  });

  it.each([20, 40, 80, 120, 200])(
    "of %d columns writing two files draws nothing beside the screen",
    async (columns) => {
      const words = ["--port", "virtual:esp32c3", "write-flash", "0x10000", "a.bin", "0x20000", "b.bin"];
      const { code, text } = await runInTerminal(built.path("esptool"), words, { columns, cwd: built.folder });
      expect(code).toBe(0);
      const { rows, overflows } = screenOf(text, columns);
      const said = rows.join(" ").replace(/\s+/g, " ");
      expect(said).toMatch(
        /Connecting to virtual:esp32c3 \u2026 ESP32-C3 \(revision v0\.4\), stub running, 2000000 baud /,
      );
      expect(said).toMatch(/Wrote 131072 bytes at 0x00020000 in [\d.]+ seconds/);
      // Bars and stages are gone when all is done.
      expect(said).not.toContain("[=");
      expect(said).not.toContain("Flash will be erased");
      expect(text.includes("file 2 of 2")).toBe(columns >= 80);
      expect(overflows).toBe(0);
    },
  );

  it.each([40, 80])("of %d columns errors are broken between words", async (columns) => {
    const words = ["--port", "/dev/no-such-port", "write-flash", "--verify", "0x10000", "a.bin"];
    const { code, text } = await runInTerminal(built.path("esptool"), words, { columns, cwd: built.folder });
    expect(code).toBe(2);
    expect(screenOf(text, columns).overflows).toBe(0);
    expect(text.replace(/\s+/g, " ")).toContain(
      "hint: What is written is always verified. Type: esptool --port /dev/no-such-port write-flash 0x10000 a.bin",
    );
  });
});
