import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { runProgram } from "../support/process/running-program.ts";

/** Real processes that are ended in the middle of a read. */

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

const LINE = ["--port", "virtual:esp32c3", "--baud", "921600", "read-flash", "--no-skip", "0", "1M", "out.bin"];
let count = 0;

describe.skipIf(process.platform === "win32")("a read whose process is ended", () => {
  it.each(["SIGKILL", "SIGINT"] as const)("by %s is gone on with", async (signal) => {
    const cwd = `${programs.folder}/read-${count++}`;
    mkdirSync(cwd);
    const start = () => runProgram(programs.path("esptool"), LINE, { cwd });
    const first = start();
    await first.says(/ [5-9]\d\.\d%/);
    first.child.kill(signal);
    expect((await first.ended).code).not.toBe(0);
    expect(existsSync(`${cwd}/out.bin`)).toBe(false);
    const { doneBytes } = JSON.parse(readFileSync(`${cwd}/out.bin.part.json`, "utf8"));
    expect(doneBytes).toBeGreaterThan(0);
    // Flash may hold secrets.
    expect(statSync(`${cwd}/out.bin.part`).mode & 0o077).toBe(0);
    const { code, out, err } = await start().ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Going on after ${doneBytes} of 1048576 bytes`);
    expect(readFileSync(`${cwd}/out.bin`).every((byte) => byte === 0xff)).toBe(true);
    expect(statSync(`${cwd}/out.bin`).size).toBe(0x100000);
    expect(readdirSync(cwd).filter((name) => name.startsWith("out.bin"))).toEqual(["out.bin"]);
  });
});
