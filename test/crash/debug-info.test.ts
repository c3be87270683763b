/** Every address of every crash case, against what binutils' addr2line says of it. */
import { describe, expect, it } from "vitest";
import { type DebugInfo, debugInfo } from "../../src/core/debug-info/debug-info.ts";
import { lookUp } from "../../src/core/debug-info/look-up.ts";
import { structureMembers } from "../../src/core/debug-info/structure-members.ts";
import { CRASH_CASES, casePath, crashCase, crashProgram } from "../support/crash/programs.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

interface Expected {
  readonly elf?: string;
  readonly addresses?: readonly ExpectedAddress[];
  readonly backtrace?: readonly ExpectedAddress[];
}

interface ExpectedAddress {
  readonly lookup?: string | null;
  readonly frames?: readonly {
    readonly function: string | null;
    readonly file: string | null;
    readonly line: number | null;
    readonly inlined: boolean;
  }[];
}

const opened = new Map<string, DebugInfo | null>();
function open(elf: string): DebugInfo | null {
  const known = opened.get(elf);
  if (known !== undefined) return known;
  const bytes = crashProgram(elf);
  const info = bytes === null ? null : debugInfo(bytes);
  opened.set(elf, info);
  return info;
}

const asked = CRASH_CASES.map((name) => ({ name, ...crashCase<Expected>(name) })).flatMap(
  ({ name, elf, addresses = [], backtrace = [] }) =>
    elf === undefined
      ? []
      : [...addresses, ...backtrace].flatMap(({ lookup, frames }) =>
          typeof lookup === "string" && frames !== undefined ? [{ name, elf, lookup, frames }] : [],
        ),
);

describe("debug information", () => {
  it("has cases to be held against", () => {
    expect(asked.length).toBeGreaterThan(120);
  });

  const cases = [...new Set(asked.map(({ name }) => name))];
  it.each(cases)("names functions, files and lines as the original tools do: %s", (name) => {
    for (const { elf, lookup, frames } of asked.filter((one) => one.name === name)) {
      const info = open(elf);
      if (info === null) return tellSkipped(NO_REFERENCE);
      const location = lookUp(info, Number(lookup));
      // The oracle prints a line of nothing where it knows nothing: ROM, for one.
      const known = frames.filter((frame) => frame.function !== null);
      expect(
        (location?.frames ?? []).map((frame) => ({
          function: frame.functionName,
          file: casePath(frame.file),
          line: frame.line,
          inlined: frame.isInlined,
        })),
        lookup,
      ).toEqual(known);
      expect(info.problems).toEqual([]);
    }
  });

  it("finds the members of a structure where the program puts them", () => {
    const info = open("esp32c3.elf");
    if (info === null) return tellSkipped(NO_REFERENCE);
    const members = structureMembers(info, "tskTaskControlBlock");
    // The first member of a task is the top of its stack; the name of the one in the core dump of this program is at 0x34.
    expect(members?.get("pxTopOfStack")).toBe(0);
    expect(members?.get("pcTaskName")).toBe(0x34);
    expect(structureMembers(info, "noSuchStructure")).toBeNull();
  });
});
