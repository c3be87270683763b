/** What devices print of a crash, against what the original tools, binutils and GDB, make of it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crashReader } from "../../src/core/crash/crash-reader.ts";
import type { CrashReport } from "../../src/core/crash/decode-crash.ts";
import type { CrashFrame } from "../../src/core/crash/decoder.ts";
import { debugInfo } from "../../src/core/debug-info/debug-info.ts";
import { CRASH_CASES, casePath, crashCase, crashProgram } from "../support/crash/programs.ts";

interface Expected {
  readonly kind: string;
  readonly elf?: string | null;
  readonly core?: number;
  readonly reason?: string | null;
  readonly arch: string;
  readonly message?: string;
  readonly excvaddr?: string;
  readonly mepc?: string;
  readonly ra?: string;
  readonly sp?: string;
  readonly abortPc?: string;
  readonly cause?: number;
  readonly thread?: string;
  readonly function?: string;
  readonly expression?: string;
  readonly error?: {
    readonly file: string;
    readonly line: number;
    readonly function: string;
    readonly expression: string;
  };
  readonly mcause?: number;
  readonly exccause?: number;
  readonly elfSha256?: string;
  readonly shaMatches?: boolean;
  readonly task?: string;
  readonly tasks?: readonly string[];
  readonly file?: string;
  readonly line?: number;
  readonly addresses?: readonly ExpectedAddress[];
  readonly backtrace?: readonly (ExpectedAddress & { readonly pc: string })[];
}

interface ExpectedAddress {
  readonly printed?: string;
  readonly pc?: string;
  readonly lookup: string;
  readonly from?: string;
  readonly frames: readonly {
    readonly function: string | null;
    readonly file: string | null;
    readonly line: number | null;
    readonly inlined: boolean;
  }[];
}

const TEXTS = CRASH_CASES.filter((name) => !/^(?:core|binlog|boot)-/.test(name));

function reportsOf(name: string): CrashReport[] {
  const { elf } = crashCase<Expected>(name);
  const bytes = typeof elf === "string" ? crashProgram(elf) : null;
  const reader = crashReader({ programs: bytes === null ? [] : [debugInfo(bytes)] });
  const text = readFileSync(`test/fixtures/crash/${name}/input.txt`, "latin1");
  // In small pieces, as a port gives them.
  const pieces = text.match(/[\s\S]{1,17}/g) ?? [];
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.finish()];
}

const framesOf = (frame: CrashFrame): object[] =>
  (frame.location?.frames ?? []).map((one) => ({
    function: one.functionName,
    file: casePath(one.file),
    line: one.line,
    inlined: one.isInlined,
  }));

function asExpected(frame: CrashFrame) {
  return { address: frame.address, lookUp: frame.lookUpAddress, frames: framesOf(frame) };
}

function expected({ printed, pc, lookup, frames }: ExpectedAddress) {
  return {
    address: Number(printed ?? pc),
    lookUp: Number(lookup),
    frames: frames.filter((frame) => frame.function !== null),
  };
}

/** An ESP8266 prints numbers alone. */
const CAUSES: Readonly<Record<number, string>> = { 28: "LoadProhibited" };

/** All words for what happened. */
function wordsOf({ reason, reasonText, details, cause }: CrashReport["dump"]): string {
  const words = [reason.replaceAll("-", " "), reasonText, ...details, CAUSES[cause ?? -1]];
  return words.join("\n").toLowerCase();
}

/** Registers come in the order of their dumps there, and in the order of their use here. */
function inOrder<T extends { readonly address: number }>(frames: readonly T[]): T[] {
  return frames.toSorted((one, other) => one.address - other.address);
}

describe("crashes in the text of a console", () => {
  it("are there to be held against", () => {
    expect(TEXTS.length).toBeGreaterThan(30);
  });

  it.each(TEXTS)("are found and decoded: %s", (name) => {
    const want = crashCase<Expected>(name);
    const reports = reportsOf(name);
    if (want.kind === "none") return expect(reports).toEqual([]);
    expect(reports).toHaveLength(1);
    const [report] = reports as [CrashReport];
    const { dump } = report;
    if (want.core !== undefined) expect(dump.core).toBe(want.core);
    if (want.mcause !== undefined) expect(dump.cause).toBe(want.mcause);
    if (want.exccause !== undefined) expect(dump.cause).toBe(want.exccause);
    if (want.task !== undefined) expect(dump.task).toBe(want.task);
    if (want.tasks !== undefined) expect(dump.lateTasks).toEqual(want.tasks);
    if (want.file !== undefined) expect(dump.source).toMatchObject({ file: want.file, line: want.line });
    if (want.elfSha256 !== undefined) expect(dump.elfSha256).toBe(want.elfSha256);
    if (want.shaMatches !== undefined) expect(report.match).toBe(want.shaMatches ? "proved" : "refuted");
    if (want.cause !== undefined) expect(dump.cause).toBe(want.cause);
    if (want.thread !== undefined) expect(dump.task).toBe(want.thread);
    if (want.excvaddr !== undefined) expect(dump.faultAddress).toBe(Number(want.excvaddr));
    if (want.message !== undefined) expect(dump.reasonText).toBe(want.message);
    if (typeof want.reason === "string") expect(wordsOf(dump)).toContain(want.reason.toLowerCase());
    if (want.function !== undefined) expect(dump.source?.functionName).toBe(want.function);
    if (want.expression !== undefined) expect(dump.source?.expression).toBe(want.expression);
    if (want.error !== undefined) {
      const { file, line, function: functionName, expression } = want.error;
      expect(dump.source).toEqual({ file, line, functionName, expression });
    }
    if (want.abortPc !== undefined)
      expect(dump.addresses.map(({ address }) => address)).toContain(Number(want.abortPc));
    for (const [name, value] of [
      ["MEPC", want.mepc],
      ["RA", want.ra],
      ["SP", want.arch === "riscv" ? want.sp : undefined],
    ] as const)
      if (value !== undefined) expect([name, dump.cores[0]?.registers[name]]).toEqual([name, Number(value)]);
    const threads = report.threads.flatMap(({ frames }) => frames);
    if (want.backtrace !== undefined) expect(threads.map(asExpected)).toEqual(want.backtrace.map(expected));
    if (want.addresses !== undefined)
      expect(inOrder([...report.addresses, ...threads].map(asExpected))).toEqual(inOrder(want.addresses.map(expected)));
  });
});
