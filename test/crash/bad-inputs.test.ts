/** Inputs that are damaged, foreign or without end: each gives what can be known, and nothing that is invented. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crashReader } from "../../src/core/crash/crash-reader.ts";
import { crashText } from "../../src/core/crash/crash-text.ts";
import { type CrashReport, decodeCrash } from "../../src/core/crash/decode-crash.ts";
import { type DebugInfo, debugInfo } from "../../src/core/debug-info/debug-info.ts";
import { lookUp } from "../../src/core/debug-info/look-up.ts";
import { isEspError } from "../../src/core/errors.ts";
import { crashProgram } from "../support/crash/programs.ts";
import { thrown } from "../support/thrown.ts";

const textOf = (name: string): string => readFileSync(`test/fixtures/crash/${name}/input.txt`, "latin1");
const elfOf = (name: string): Uint8Array => Uint8Array.from(crashProgram(name) ?? []);
const PANIC = textOf("rv-01-load-fault-os-d5");
const APP = debugInfo(elfOf("c3-os-d5.elf"));

function read(text: string, programs: readonly DebugInfo[] = [APP]): CrashReport[] {
  const reader = crashReader({ programs });
  return [...reader.push(text), ...reader.finish()];
}

const certain = (report: CrashReport): number[] =>
  report.threads.flatMap(({ frames }) =>
    frames.filter(({ certainty }) => certainty === "certain").map((one) => one.address),
  );
const isPrefix = (part: readonly number[], whole: readonly number[]): boolean =>
  part.every((address, index) => address === whole[index]);

/** The file without the section headers of the given names: what `strip` and a linker leave out. */
function without(bytes: Uint8Array, unwanted: RegExp): Uint8Array {
  const view = new DataView(bytes.buffer);
  const table = view.getUint32(32, true);
  const names = view.getUint32(table + view.getUint16(50, true) * 40 + 16, true);
  for (let index = 0; index < view.getUint16(48, true); index++) {
    const at = table + index * 40;
    const nameAt = names + view.getUint32(at, true);
    const name = Buffer.from(bytes.subarray(nameAt, bytes.indexOf(0, nameAt))).toString();
    if (unwanted.test(name)) bytes.fill(0, at, at + 40);
  }
  return bytes;
}

describe("an ELF file", () => {
  it("that is stripped has code and no names: addresses are told as numbers of this program", () => {
    const stripped = debugInfo(without(elfOf("c3-os-d5.elf"), /^\.(debug_|symtab|strtab|eh_frame)/));
    expect(stripped.hasLines).toBe(false);
    expect(lookUp(stripped, 0x4200_0066)?.frames).toMatchObject([{ functionName: null, file: null, line: null }]);
    const [report] = read(PANIC, [stripped]);
    expect(certain(report as CrashReport)[0]).toBe(0x4200_0066);
    expect(crashText(report as CrashReport).join("\n")).not.toMatch(/sensor_read|undefined|null at/);
  });

  it("without debug information has functions by their symbols", () => {
    const symbols = debugInfo(without(elfOf("c3-os-d5.elf"), /^\.debug_/));
    expect(lookUp(symbols, 0x4200_0144)?.frames).toMatchObject([{ functionName: "app_main", file: null, line: null }]);
  });

  it("of which only the debug information was kept tells as the whole one does", () => {
    const kept = elfOf("c3-os-d5.elf");
    const view = new DataView(kept.buffer);
    const table = view.getUint32(32, true);
    for (let index = 0; index < view.getUint16(48, true); index++) {
      const at = table + index * 40;
      // SHF_ALLOC: what is in memory has no contents any more (SHT_NOBITS).
      if ((view.getUint32(at + 8, true) & 2) !== 0) view.setUint32(at + 4, 8, true);
    }
    expect(lookUp(debugInfo(kept), 0x4200_0066)).toEqual(lookUp(APP, 0x4200_0066));
    expect(certain(read(PANIC, [debugInfo(kept)])[0] as CrashReport)).toEqual(certain(read(PANIC)[0] as CrashReport));
  });

  it("of another processor is not used, and that is said", () => {
    const xtensa = debugInfo(elfOf("esp32-call0-os-d5.elf"));
    const [report] = read(PANIC, [xtensa]);
    expect(report).toMatchObject({ match: "refuted", hasPrograms: false });
    expect(crashText(report as CrashReport)[1]).toContain("for another processor (xtensa) than the device has (riscv)");
    // Beside the right one it does no harm.
    expect(read(PANIC, [xtensa, APP])[0]).toMatchObject({ match: "proved", doubt: null });
  });

  it.each([
    ["of 64 bits", 4, 2, "not a 32-bit one"],
    ["of the other byte order", 5, 2, "not little-endian"],
    ["of another machine", 18, 0x28, "not Xtensa"],
    ["that is none", 0, 0, "no ELF file"],
  ])("%s is refused by name", (_, offset, value, words) => {
    const bytes = elfOf("c3-os-d5.elf");
    bytes[offset] = value;
    expect(thrown(() => debugInfo(bytes))).toMatchObject({
      code: "image.invalid",
      message: expect.stringContaining(words),
    });
  });

  it("that is cut anywhere is refused, or costs the answers that stood behind", () => {
    const bytes = elfOf("c3-os-d5.elf");
    const known = lookUp(APP, 0x4200_0066)?.frames;
    for (let length = 0; length < bytes.length; length += 331) {
      try {
        const frames = lookUp(debugInfo(bytes.subarray(0, length)), 0x4200_0066)?.frames;
        if (frames?.[0]?.line !== null && frames !== undefined && frames.length > 0) expect(frames).toEqual(known);
      } catch (error) {
        expect(isEspError(error)).toBe(true);
      }
    }
  });
});

describe("a panic", () => {
  const [whole] = read(PANIC);
  const truth = certain(whole as CrashReport);

  it("that is cut anywhere has the beginning of its stack", () => {
    for (let length = 0; length < PANIC.length; length += 13)
      for (const report of read(PANIC.slice(0, length)))
        expect(isPrefix(certain(report), truth), String(length)).toBe(true);
    expect(truth).toHaveLength(3);
  });

  it("that lost bytes in its stack has the beginning of its stack", () => {
    const from = PANIC.indexOf("Stack memory:");
    for (const lost of [1, 5, 11, 40, 97])
      for (let at = from; at < from + 300; at += 3)
        for (const report of read(PANIC.slice(0, at) + PANIC.slice(at + lost)))
          expect(isPrefix(certain(report), truth), `${lost} at ${at}`).toBe(true);
  });

  it("that lost bytes among its registers tells those that are whole, and takes no wrong one", () => {
    // S11 without one of its letters is S1.
    const told = PANIC.replace("S11     : 0x00000000", "S11     : 0x0000beef");
    const from = told.indexOf("MEPC");
    const registers = read(told)[0]?.dump.cores[0]?.registers ?? {};
    for (const lost of [1, 4, 12, 23])
      for (let at = from; at < told.indexOf("Stack memory:"); at += lost === 1 ? 1 : 7) {
        const [report] = read(told.slice(0, at) + told.slice(at + lost));
        const kept = Object.entries(report?.dump.cores[0]?.registers ?? {});
        // A name that lost its first letters is another name; a value that lost digits is none.
        for (const [name, value] of kept)
          if (name in registers && lost < 8) expect([name, value, at]).toEqual([name, registers[name], at]);
      }
  });

  it.each([
    ["line by line", (one: string[], other: string[]) => one.flatMap((line, index) => [line, other[index] ?? ""])],
    [
      "in blocks",
      (one: string[], other: string[]) => [
        ...one.slice(0, 8),
        ...other.slice(0, 20),
        ...one.slice(8),
        ...other.slice(20),
      ],
    ],
  ])("of two cores, mixed %s, has no stack that neither has", (_, mix) => {
    const second = PANIC.replaceAll("Core  0", "Core  1")
      .replaceAll("3fc81fe0", "3fc91fe0")
      .replace(/^3fc82/gm, "3fc92");
    const [alone] = read(second);
    const mixed = mix(PANIC.split("\r\n"), second.split("\r\n")).join("\r\n");
    const reports = read(mixed);
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports)
      for (const { frames } of report.threads) {
        const own = frames.filter(({ certainty }) => certainty === "certain").map(({ address }) => address);
        expect(isPrefix(own, truth) || isPrefix(own, certain(alone as CrashReport))).toBe(true);
      }
  });

  it("in a recursion of 10,000 calls shows the innermost ones, and says that it goes on", () => {
    const recursion = textOf("rv-02-recursion-debug-frame-o2");
    const program = debugInfo(elfOf("c3-o2-d5-debugframe.elf"));
    const reader = crashReader();
    const [{ dump }] = [...reader.push(recursion), ...reader.finish()] as [CrashReport];
    const [core] = dump.cores;
    const words = core?.stack.flatMap((row) => row.words) ?? [];
    // One call of the recursion takes 0x50 bytes; the first return into it stands at 0x6c.
    const head = words.slice(0, 0x70 / 4);
    const call = words.slice(0x70 / 4, 0xc0 / 4);
    const deep = [...head, ...Array.from({ length: 10_000 }, () => call).flat()];
    const stack = Array.from({ length: deep.length / 8 }, (_, row) => ({
      address: 0x3fc8_1e50 + 32 * row,
      words: deep.slice(8 * row, 8 * row + 8),
    }));
    const report = decodeCrash({ ...dump, cores: [{ ...(core as NonNullable<typeof core>), stack }] }, [program]);
    const [thread] = report.threads;
    expect(thread?.frames.length).toBe(128);
    expect(thread?.end).toBe("too-deep");
    expect(new Set(thread?.frames.slice(1).map((frame) => frame.location?.frames[0]?.functionName))).toEqual(
      new Set(["recurse"]),
    );
    expect(crashText(report).at(-1)).toContain("deeper than is shown");
    // A device sends less of it: then the memory is what ends.
    expect(
      decodeCrash({ ...dump, cores: [{ ...(core as NonNullable<typeof core>), stack: stack.slice(0, 32) }] }, [program])
        .threads[0]?.end,
    ).toBe("memory-ends");
  });
});

describe("noise", () => {
  it("without end takes no memory, with lines and without", () => {
    const reader = crashReader({ programs: [APP] });
    const lines = "\u001b[0;31mE (12) x: 0x42000066 \u00ff\u00fe Core\r\nBacktrace\r\n0x4200:0x3fc8\r\n".repeat(1000);
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 150; round++) {
      expect(reader.push(round % 2 === 0 ? lines : lines.replaceAll("\n", ""))).toEqual([]);
    }
    expect(reader.isReading).toBe(false);
    // 10 MB went through; what is left of it is a line.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    expect(read(PANIC)).toHaveLength(1);
  });

  it("that looks like a crash which never ends is given up with what is there, in bounded memory", () => {
    const reader = crashReader({ programs: [APP] });
    reader.push("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n");
    const row = "3fc81fe0: 0x42000066 0x42000066 0x42000066 0x42000066 0x42000066 0x42000066 0x42000066 0x42000066\r\n";
    for (let round = 0; round < 100; round++) reader.push(row.repeat(1000));
    reader.push("A0      : 0x00000000  \r\n".repeat(10_000));
    const [report] = reader.finish();
    expect(report?.dump.cores[0]?.stack.length).toBe(4096);
    expect(Object.keys(report?.dump.cores[0]?.registers ?? {})).toEqual(["A0"]);
  });
});
