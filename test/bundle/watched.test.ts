import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { type Files, sample } from "./builds.ts";

const HELLO = new Uint8Array(readFileSync("examples/hello-esp32c3/hello.bin"));
const BUILD = (): Files => sample("esp-idf/esp32c3-ota-fs");

/** At the rate of its log; whoever listens at another one sees garbage. */
function board(): VirtualChip {
  return virtualChip("esp32c3", { timing: INSTANT_TIMING, appText: "first line\nREADY\nlast\n" });
}

async function run(chip: VirtualChip, line: string, files: Files) {
  const host = testCliHost({ port: chip.port, files });
  const code = await runCli(["-p", "x", ...line.split(" ")], host);
  return { code, out: host.out(), err: host.err() };
}

/** What the chip says from its reset on, to somebody who listened before. */
async function wholeLog(chip: VirtualChip): Promise<string> {
  const host = testCliHost({ port: chip.port });
  await runCli(["-p", "x", "monitor", "--reset", "--until", "last"], host);
  return host.out();
}

describe("a program that was written is watched from its first byte", () => {
  it.each([
    ["flash", "flash --monitor --until last --timeout 5", BUILD],
    ["write-flash", "write-flash 0x0 hello.bin --monitor --until last --timeout 5", () => ({ "hello.bin": HELLO })],
    [
      "write-flash by name",
      "write-flash ota_0=hello.bin --monitor --until last --timeout 5",
      () => ({ "hello.bin": HELLO }),
    ],
    ["at a high rate of transfer", "-b 921600 flash --monitor --monitor-baud 115200 --until last --timeout 5", BUILD],
  ])("%s", async (_, line, files) => {
    const chip = board();
    if (line.includes("ota_0="))
      chip.flash.place(0x8000, BUILD()["build/partition_table/partition-table.bin"] ?? new Uint8Array());
    const { code, out, err } = await run(chip, line, files());
    expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
    const log = await wholeLog(chip);
    expect(log).toContain("ESP-ROM");
    expect(out.slice(out.indexOf("ESP-ROM"))).toBe(log.slice(log.indexOf("ESP-ROM")));
    expect(out.indexOf("Hash of data verified.")).toBeLessThan(out.indexOf("ESP-ROM"));
  });

  it("ends as a failure when a line is seen that must not be, and when none came", async () => {
    const seen = await run(board(), "flash --monitor --fail-on READY --timeout 5", BUILD());
    expect([seen.code, seen.err.includes("monitor.unwanted-line")]).toEqual([2, true]);
    const never = await run(board(), "flash --monitor --until never --timeout 2", BUILD());
    expect([never.code, never.err.includes("monitor.not-seen")]).toEqual([2, true]);
  });

  it.each([
    ["a pattern that is none", "flash --monitor --until (", "argument.invalid"],
    ["an ELF file that is none", "flash --monitor --elf no.elf", "file.missing"],
    ["a chip that is to stay in its loader", "--after no-reset flash --monitor", "argument.conflict"],
  ])("%s is refused before anything is written", async (_, line, code) => {
    const chip = board();
    const result = await run(chip, line, BUILD());
    expect([result.code, result.err.includes(code) ? code : result.err]).toEqual([2, code]);
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
  });

  it.each([
    [
      "flash --monitor --expect READY --print-filter *:V --log seen.log --log-as device --decode off --timestamps-as start --timeout 5",
      BUILD,
    ],
    [
      "write-flash 0x0 hello.bin --monitor --expect READY --print-filter *:V --log seen.log --log-as device --decode on --timestamps --timestamps-as start --timeout 5",
      () => ({ "hello.bin": HELLO }),
    ],
    [
      "run-and-monitor -b 115200 --expect READY --print-filter *:V --log seen.log --log-as device --decode on --timestamps --timestamps-as start --timeout 5",
      () => ({}),
    ],
  ])("as the monitor's options say: %s", async (line, files) => {
    const host = testCliHost({ port: board().port, files: files() });
    const code = await runCli(["-p", "x", ...line.split(" ")], host);
    expect([code, code === 0 ? "" : host.err()]).toEqual([0, ""]);
    expect(host.out()).toMatch(/\d READY/);
    expect(new TextDecoder().decode(host.stored.get("seen.log") as Uint8Array)).toMatch(/^READY$/m);
  });

  it.each([
    ["flash --monitor", BUILD],
    ["run-and-monitor", () => ({})],
    ["write-flash 0x0 hello.bin --monitor", () => ({ "hello.bin": HELLO })],
  ])("refuses a program that is none for the binary log before anything else: %s", async (line, files) => {
    const chip = board();
    const { code, err } = await run(chip, `${line} --binary-log --elf no.elf`, files());
    expect([code, err.includes("file.missing")]).toEqual([2, true]);
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
  });

  it("has what was written in --json, whatever comes of the watching", async () => {
    const { code, out } = await run(board(), "--json flash --monitor --until never --timeout 2", BUILD());
    const lines = out
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
    const done = lines.find((one) => one.code === "monitor.begins");
    expect(done.details.files.length).toBeGreaterThan(2);
    expect([code, lines.at(-1).code]).toEqual([2, "monitor.not-seen"]);
  });

  it("is started and watched without being written, as the monitor ends", async () => {
    const chip = board();
    const { code, out } = await run(chip, "run-and-monitor --until last --timeout 5", {});
    expect([code, out]).toEqual([0, await wholeLog(board())]);
    expect(out).toContain("ESP-ROM");
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
    const failed = await run(board(), "run-and-monitor --fail-on READY --timeout 5", {});
    expect([failed.code, failed.err.includes("monitor.unwanted-line")]).toEqual([2, true]);
    const bytes = await run(board(), "run-and-monitor --hex --timeout 1", {});
    expect(bytes.out).toMatch(/[0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2}/);
  });

  it("is not watched when it could not be written", async () => {
    const chip = virtualChip("esp32", { timing: INSTANT_TIMING, appText: "first line\n" });
    const { code, out } = await run(chip, "flash --monitor --timeout 5", BUILD());
    expect([code, out.includes("first line")]).toEqual([2, false]);
  });
});
