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

  it("is not watched when it could not be written", async () => {
    const chip = virtualChip("esp32", { timing: INSTANT_TIMING, appText: "first line\n" });
    const { code, out } = await run(chip, "flash --monitor --timeout 5", BUILD());
    expect([code, out.includes("first line")]).toEqual([2, false]);
  });
});
