/** A file in which many entries refer to the same long list takes no longer than its length. */
import { expect, it } from "vitest";
import { crashProgram } from "../../../../test/support/crash/programs.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { wordsToBytes } from "../../bytes/words.ts";
import { parseElf } from "../../elf/elf.ts";
import { FORM } from "./codes.ts";
import { readLineTable } from "./line-table.ts";
import { rangesOf } from "./ranges.ts";
import { type DebugSections, debugSections } from "./sections.ts";
import { readUnits, type Unit } from "./units.ts";

const fail = (): never => expect.unreachable();
const sections = debugSections(parseElf(crashProgram("c3-o0-d4.elf") ?? new Uint8Array(0)), fail);
const unit = readUnits(sections, fail).find(({ root }) => root.statementList !== undefined) as Unit;
const ranges = wordsToBytes([0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0, 0]);

function read(more: Partial<DebugSections>) {
  const entry = { ranges: { form: FORM.sectionOffset, value: 0 } };
  return rangesOf({ ...sections, ranges, ...more }, { ...unit, version: 4, root: {} }, entry);
}

it("lists of ranges are read as long as the budget lasts", () => {
  expect(read({ budget: { ranges: 3, lineBytes: 0 } })).toEqual([
    { low: 0x10, high: 0x20 },
    { low: 0x30, high: 0x40 },
    { low: 0x50, high: 0x60 },
  ]);
  expect(thrown(() => read({ budget: { ranges: 2, lineBytes: 0 } })).code).toBe("debug-info.damaged");
});

it("line programs are run as long as the budget lasts", () => {
  const offset = unit.root.statementList?.value ?? fail();
  const run = (lineBytes: number) =>
    readLineTable({ ...sections, budget: { ranges: 0, lineBytes } }, unit, offset, () => true);
  expect(run(100_000).sequences.length).toBeGreaterThan(0);
  expect(thrown(() => run(10)).code).toBe("debug-info.damaged");
});
