/** What ROM and boot loader print: why the chip was reset, and what keeps it from starting. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type BootReport, bootReader, bootText, debugInfo, decodeBoot } from "../../src/crash.ts";
import { crashCase, crashProgram } from "../support/crash/programs.ts";

interface Expected {
  readonly events: readonly {
    readonly chip: string;
    readonly reset: number;
    readonly resetName: string;
    readonly boot: string | { readonly strap: number };
    readonly bootName?: string;
    readonly savedPc?: string;
    readonly waitingForDownload?: boolean;
    readonly invalidHeader?: string;
    readonly invalidHeaderTimes?: number;
    readonly flashReadError?: number;
  }[];
}

const LINES = readFileSync("test/fixtures/crash/boot-01-lines/input.txt", "latin1");

function read(text: string): BootReport[] {
  const reader = bootReader();
  return [...reader.push(text), ...reader.finish()];
}

const RTC = "ets Jun  8 2016 00:22:57\r\n\r\nrst:0x10 (RTCWDT_RTC_RESET),boot:0x33 (SPI_FAST_FLASH_BOOT)\r\n";
const APP = "I (300) app: begins\r\n";

describe("a boot reader", () => {
  it("tells each start of the case as the reference has it", () => {
    const reports = read(LINES);
    const { events } = crashCase<Expected>("boot-01-lines");
    expect(reports).toHaveLength(events.length);
    events.forEach((event, index) => {
      const { chip, reset, boot, isDownloadMode, savedPc, troubles } = reports[index] as BootReport;
      expect([chip, reset?.code, reset?.name]).toEqual([event.chip, event.reset, event.resetName]);
      expect(boot).toEqual(
        typeof event.boot === "string"
          ? { value: Number(event.boot), name: event.bootName ?? null }
          : { value: event.boot.strap, name: null },
      );
      // 1 is the download mode of an ESP8266, which the case does not tell.
      expect(isDownloadMode).toBe(event.waitingForDownload === true || event.chip === "esp8266");
      expect(savedPc).toBe(event.savedPc === undefined ? null : Number(event.savedPc));
      const header = troubles.find(({ kind }) => kind === "no-bootloader");
      expect(header?.times).toBe(event.invalidHeaderTimes);
      if (event.invalidHeader !== undefined) expect(header?.text).toContain(event.invalidHeader);
      const flash = troubles.find(({ kind }) => kind === "flash-read");
      if (event.flashReadError !== undefined) expect(flash?.text).toContain(String(event.flashReadError));
      else expect(flash).toBeUndefined();
    });
  });

  it("gives a start with the first line that is none of it, in pieces of any length, with colours and times", () => {
    const reader = bootReader();
    const text = `${RTC}\u001b[0;32mI (24) boot: ESP-IDF v5.3\u001b[0m\r\n12:34:56.789 -> load:0x3fff0030,len:4\r\n`;
    for (const character of text) expect(reader.push(character)).toEqual([]);
    expect(reader.isReading).toBe(true);
    expect(reader.push(APP)).toMatchObject([{ chip: "esp32", reset: { code: 16, kind: "failure" } }]);
    expect(reader.isReading).toBe(false);
    expect(reader.finish()).toEqual([]);
  });

  it("explains what nobody asked for, and says nothing of an ordinary start", () => {
    const lines = (reset: string): string[] => read(`${reset}\r\n${APP}`).flatMap(bootText);
    expect(lines("rst:0xf (BROWNOUT_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)")).toEqual([
      "BROWNOUT_RST: The supply voltage dropped too low: the supply, the cable or the regulator gives too little current.",
    ]);
    expect(lines("rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)")).toEqual([]);
    expect(lines("rst:0x1 (POWERON),boot:0x0 (DOWNLOAD(UART0/USB))").join()).toContain("waits to be flashed");
    expect(lines(` ets Jan  8 2013,rst cause:4, boot mode:(3,7)`).join()).toContain("hardware watchdog: ");
    expect(lines("invalid header: 0xffffffff\ninvalid header: 0xffffffff").join()).toMatch(
      /^invalid header: 0xffffffff \(2 times\): There is no bootloader/,
    );
    expect(lines("E (120) boot: No bootable app partitions in the partition table").join()).toContain(
      "None of the part",
    );
    expect(lines("E (120) boot: chip revision check passed")).toEqual([]);
  });

  it("reads the number of a P4 as the P4 means it", () => {
    const kind = (rom: string): unknown =>
      read(`ESP-ROM:${rom}-20230811\r\nrst:0x17 (X),boot:0x8 (Y)\r\n${APP}`)[0]?.reset?.kind;
    expect([kind("esp32p4"), kind("esp32c6")]).toEqual(["asked", "failure"]);
  });

  it("tells of a loop at the third start within ten seconds, once", () => {
    const starts = (everyMs: number, resets: readonly string[]): string[] => {
      const reader = bootReader();
      return resets
        .flatMap((reset, index) => reader.push(`${reset}${APP}`, index * everyMs))
        .flatMap((report) => bootText(report).map((line) => `${report.repeats} ${line}`));
    };
    const loop = starts(
      1000,
      Array.from({ length: 6 }, () => RTC),
    );
    expect(loop).toHaveLength(2);
    expect(loop[0]).toMatch(/^1 RTCWDT_RTC_RESET: The RTC watchdog/);
    expect(loop[1]).toMatch(/^3 The chip restarts again and again .*RTCWDT_RTC_RESET, 3 times/);
    // Slowly, each one is news.
    expect(starts(11_000, [RTC, RTC, RTC]).map((line) => line[0])).toEqual(["1", "1", "1"]);
    expect(starts(1000, [RTC, RTC, RTC.replace("0x10", "0x9"), RTC]).join()).not.toContain("again and again");
  });

  it("counts by the number alone in a saved log", () => {
    expect(read(`${RTC}${APP}`.repeat(3)).map(({ repeats }) => repeats)).toEqual([1, 2, 3]);
  });

  it("tells where the program was, with its ELF file", () => {
    const program = debugInfo(crashProgram("c3-os-d5.elf") ?? new Uint8Array(0));
    const [report] = read(
      `ESP-ROM:esp32c3-api1-20210207\r\nrst:0x7 (TG0WDT_SYS_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\r\nSaved PC:0x42000066\r\n${APP}`,
    );
    const decoded = decodeBoot(report as BootReport, [program]);
    expect(decoded.savedPcFrame?.location?.frames.length).toBeGreaterThan(0);
    expect(bootText(decoded)[1]).toMatch(/^The program was at 0x42000066: /);
    expect(bootText(report as BootReport)).toHaveLength(1);
  });

  it("has the digest that the program prints while it starts", () => {
    const text = `${RTC}I (60) cpu_start: Pro cpu up.\r\nI (70) app_init: ELF file SHA256:  0badc0de1...\r\n${APP}`;
    expect(read(text)[0]?.elfSha256).toBe("0badc0de1");
  });

  it("goes on through noise, in bounded memory, and when the listener throws", () => {
    const seen: number[] = [];
    const reader = bootReader({
      onBoot: ({ reset }) => {
        seen.push(reset?.code ?? -1);
        throw new Error("mine");
      },
    });
    for (let round = 0; round < 200; round++) expect(reader.push("x".repeat(50_000))).toEqual([]);
    reader.push(`\n${RTC}`);
    for (let word = 0; word < 1000; word++) reader.push(`invalid header: 0x${word.toString(16).padStart(8, "0")}\n`);
    const [report] = reader.push(APP);
    expect(report?.troubles).toHaveLength(16);
    expect(seen).toEqual([16]);
  });
});
