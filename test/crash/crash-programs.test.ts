/** Crashes explained by real processes: in a terminal, and by a thread. */
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { hasPseudoTerminals, runInTerminal } from "../support/process/pseudo-terminal.ts";
import { runProgram } from "../support/process/running-program.ts";
import { tellSkipped } from "../support/skipping.ts";

const HELLO = "examples/hello-esp32c3/hello.elf";
const APP = "test/fixtures/crash/elf/c3-os-d5.elf";

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms();
  copyFileSync(HELLO, `${programs.folder}/hello.elf`);
});
afterAll(() => programs.remove());

/** The same files without that of the thread. */
function withoutThread(): string {
  const folder = `${programs.folder}/without`;
  cpSync(dirname(programs.path("ask-thread")), folder, { recursive: true });
  rmSync(`${folder}/decoding-thread-main.js`);
  return `${folder}/ask-thread.js`;
}

if (!hasPseudoTerminals) tellSkipped("a pseudo-terminal: there is no python3");

// At the same time: what they do most is to wait for the end of the time they are given.
describe.skipIf(!hasPseudoTerminals)("the monitor in a terminal", () => {
  const watch = (chip: string, columns: number, ...more: string[]) =>
    runInTerminal(
      programs.path("esptool"),
      ["--port", `virtual:${chip}`, "--no-memory", "monitor", "--reset", "--timeout", "6", ...more],
      { columns, cwd: programs.folder },
    );

  it.concurrent.each([60, 100])("explains a panic of RISC-V, in %i columns", async (columns) => {
    const { code, text } = await watch("esp32c3,crash=riscv", columns, "--elf", "hello.elf");
    expect(code).toBe(0);
    const lines = text.split("\n");
    const rebooting = lines.findIndex((line) => line.startsWith("Rebooting"));
    const explained = lines.findIndex((line) => line.startsWith("--- Load access fault on core 0:"));
    expect(rebooting).toBeGreaterThan(0);
    expect(explained).toBeGreaterThan(rebooting);
    expect(text).toContain("--- MEPC 0x403c0046: print_on_uart+0x14");
    expect(text).toContain("--- RA 0x403c00d4: hello+0x1f");
    for (const line of lines.filter((one) => one.startsWith("---"))) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it.concurrent("explains a panic of Xtensa without its program", async () => {
    const { code, text } = await watch("esp32,crash=xtensa", 100);
    expect(code).toBe(0);
    expect(text).toMatch(/^--- LoadProhibited on core \d: Memory was read at an address that cannot be read/m);
    expect(text).not.toMatch(/no code of this program/);
  });

  it.concurrent("says nothing with --decode off", async () => {
    const { code, text } = await watch("esp32c3,crash=riscv", 100, "--elf", "hello.elf", "--decode=off");
    expect(code).toBe(0);
    expect(text).toContain("Guru Meditation");
    expect(text).not.toContain("--- Load access fault");
  });
});

describe("a decoding engine", () => {
  it.each([
    ["in a thread where there is a file for it", () => programs.path("ask-thread"), 1],
    ["in its caller where there is none", withoutThread, 0],
  ])("answers %s, errors included", async (_, program, threads) => {
    const { ended } = runProgram(program(), [APP]);
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, ""]);
    const answer = JSON.parse(out) as Readonly<Record<string, unknown>> & { readonly threads: number };
    expect(answer).toMatchObject({
      sha: createHash("sha256").update(readFileSync(APP)).digest("hex"),
      refused: { code: "image.invalid" },
      dump: { code: "image.invalid" },
      names: ["sensor_read"],
      count: 50,
    });
    expect(Math.min(1, answer.threads)).toBe(threads);
  });
});
