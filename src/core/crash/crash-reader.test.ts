import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crashProgram } from "../../../test/support/crash/programs.ts";
import { debugInfo } from "../debug-info/debug-info.ts";
import { crashReader } from "./crash-reader.ts";
import { crashText } from "./crash-text.ts";
import type { CrashReport } from "./decode-crash.ts";

const textOf = (name: string): string => readFileSync(`test/fixtures/crash/${name}/input.txt`, "latin1");
const PANIC = textOf("rv-01-load-fault-os-d5");
const programs = [debugInfo(crashProgram("c3-os-d5.elf") ?? new Uint8Array(0))];

function read(text: string): CrashReport[] {
  const reader = crashReader({ programs });
  return [...reader.push(text), ...reader.finish()];
}

const namesOf = (report: CrashReport | undefined): (string | null | undefined)[] =>
  report?.threads.flatMap(({ frames }) => frames).map(({ location }) => location?.frames.at(-1)?.functionName) ?? [];

describe("a crash reader", () => {
  it("gives the report with the crash's last line, not before", () => {
    const reader = crashReader({ programs });
    const end = PANIC.indexOf("Rebooting");
    expect(reader.push(PANIC.slice(0, end))).toEqual([]);
    expect(reader.isReading).toBe(true);
    expect(reader.push("Rebooting...\r\n")).toHaveLength(1);
    expect(reader.isReading).toBe(false);
    expect(reader.finish()).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ["colours", (text) => text.replace(/^(.+)$/gm, "\u001b[0;31m$1\u001b[0m")],
    ["times of another terminal", (text) => text.replace(/^(.+)$/gm, "12:34:56.789 -> $1")],
    ["bare line feeds", (text) => text.replaceAll("\r", "")],
    ["lines of other tasks in between", (text) => text.replace(/\n/g, "\nI (1234) wifi: connected\n")],
    ["noise before and behind", (text) => `\u0000\u00ff\u00fe\n${text}\u00ff\u00ff\u00ff\n`],
  ])("reads through %s", (_, change) => {
    expect(namesOf(read(change(PANIC))[0])).toEqual(["sensor_read", "app_main", "main_task"]);
  });

  it("shows what can be known of a dump that is cut off, and invents nothing", () => {
    const rows = PANIC.split("\n");
    const first = rows.findIndex((line) => line.startsWith("3fc8"));
    // The return address to main_task stands in the second row.
    const cut = read(rows.slice(0, first + 1).join("\n"));
    expect(namesOf(cut[0])).toEqual(["sensor_read", "app_main"]);
    expect(cut[0]?.threads[0]?.end).toBe("memory-ends");
    expect(cut[0]?.dump.isComplete).toBe(false);
    expect(crashText(cut[0] as CrashReport).at(-1)).toContain("goes on behind what the device sent");
  });

  it("uses no memory behind a gap, where bytes were lost", () => {
    const rows = PANIC.split("\n");
    const second = rows.findIndex((line) => line.startsWith("3fc8")) + 1;
    // What stands behind the gap would lead to main_task if it were taken for the row that is lost.
    const moved = (rows[second] ?? "").replace(/^3fc82000/, "3fc82020");
    expect(moved).toContain("0x42000190");
    expect(namesOf(read(rows.toSpliced(second, 2, moved).join("\n"))[0])).toEqual(["sensor_read", "app_main"]);
  });

  it("gives what it has when the chip starts anew", () => {
    const reader = crashReader({ programs });
    const half = PANIC.slice(0, PANIC.indexOf("3fc82000"));
    expect(reader.push(`${half}\r\nESP-ROM:esp32c3-api1-20210207\r\n`)).toHaveLength(1);
    expect(reader.isReading).toBe(false);
  });

  it.each(["Backtrace:", "Core  0 register dump:", "--------------- CUT HERE FOR EXCEPTION DECODER ---------------"])(
    "says nothing of '%s' alone",
    (line) => {
      expect(read(`${line}\nI (1) app: all is well\n`)).toEqual([]);
    },
  );

  it("shows of an ESP8266's stack what follows a call, and not what was left there", () => {
    const reader = crashReader({ programs: [debugInfo(crashProgram("esp8266-os-d4.elf") ?? new Uint8Array(0))] });
    // A call of three bytes ends at 40201180; none does at 40201183.
    const text = textOf("e8-01-arduino-exception-28").replace("0000001e 40201183", "40201180 40201183");
    const frames = reader.push(text).flatMap(({ threads }) => threads.flatMap((thread) => thread.frames));
    expect(frames.map(({ address, certainty }) => [address, certainty])).toEqual([[0x4020_1180, "guessed"]]);
  });

  it("gives two reports for two crashes, and for one that another start interrupts", () => {
    expect(read(PANIC + PANIC)).toHaveLength(2);
    const half = PANIC.slice(0, PANIC.indexOf("3fc82000"));
    const reports = read(`${half}\r\nESP-ROM:esp32c3-api1-20210207\r\n${PANIC}`);
    expect(reports.map(({ dump }) => dump.isComplete)).toEqual([false, true]);
  });

  it("finds nothing in noise, however much of it", () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => `I (${index}) app: value 0x4200${index.toString(16)}\n`);
    expect(read(noise.join(""))).toEqual([]);
    const reader = crashReader();
    for (let round = 0; round < 200; round++) expect(reader.push("x".repeat(50_000))).toEqual([]);
    expect(reader.finish()).toEqual([]);
  });

  it("goes on when the listener throws", () => {
    const seen: string[] = [];
    const reader = crashReader({
      onCrash: ({ dump }) => {
        seen.push(dump.reasonText ?? "");
        throw new Error("mine");
      },
    });
    expect(reader.push(PANIC + PANIC)).toHaveLength(2);
    expect(seen).toEqual(["Load access fault", "Load access fault"]);
  });

  it("says when the program is another one than the device runs", () => {
    const [report] = read(PANIC.replace(/SHA256: \w+/, "SHA256: 0badc0de1"));
    expect(report?.match).toBe("refuted");
    expect(crashText(report as CrashReport)[1]).toContain("another program");
    expect(read(PANIC.replace(/SHA256: \w+/, "SHA256: 000000000"))[0]?.match).toBe("unknown");
    expect(read(PANIC)[0]?.match).toBe("proved");
  });
});
