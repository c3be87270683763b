import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProgressDisplay, type ProgressReport } from "./progress-display.ts";
import { textWidth } from "./text-width.ts";
import { leftText, rateText, TransferRate } from "./transfer-rate.ts";

/** Where the brackets of a bar are. */
function bracketsOf(line: string): readonly [number, number] {
  // Names of files may have brackets, too.
  const end = line.search(/\](?= {1,3}[\d.]{3,5}%)/);
  return [textWidth(line.slice(0, line.slice(0, end).lastIndexOf("["))), textWidth(line.slice(0, end))];
}

const runs = fc.record({
  columns: fc.integer({ min: 20, max: 200 }),
  total: fc.integer({ min: 0, max: 1 << 27 }),
  // Shares of the work, in any order: it may be set back.
  steps: fc.array(
    fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), ms: fc.integer({ min: 0, max: 1e7 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
  name: fc
    .oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.constant("\u56fa\u4ef6\u56fa\u4ef6\u56fa\u4ef6\u56fa\u4ef6\u56fa\u4ef6\u56fa\u4ef6.bin"),
    )
    .filter((text) => !/[\p{Cc}\p{Cf}]/u.test(text)),
  files: fc.integer({ min: 1, max: 12 }),
});

describe("progress on a terminal", () => {
  it("is never wider than the screen, and its bars stay where they are, from 20 to 200 columns", () => {
    fc.assert(
      fc.property(runs, ({ columns, total, steps, name, files }) => {
        const display = new ProgressDisplay("\u2026");
        const widths = new Set<string>();
        let now = 0;
        for (let index = 0; index < files; index++) {
          for (const { share, ms } of [{ share: 0, ms: 0 }, ...steps, { share: 1, ms: 5 }]) {
            now += ms;
            const done = Math.round(total * share);
            const report: ProgressReport = {
              done,
              total,
              where: `Writing at 0x${(0x10000 + done).toString(16).padStart(8, "0")}`,
              of: `write ${index}`,
              all: files === 1 ? null : { name, index, count: files, share: (index + share) / files },
            };
            const lines = display.lines(report, columns, now);
            expect(lines).toHaveLength(files === 1 ? 1 : 2);
            for (const line of lines) {
              expect(textWidth(line)).toBeLessThan(columns);
              expect(line).toMatch(/\[[=> ]+\] [\d. ]{5}%/);
            }
            const [first = ""] = lines;
            widths.add(`${textWidth(first)} ${lines.map((line) => bracketsOf(line).join("-")).join(" ")}`);
            // Both bars begin and end in one column.
            expect(new Set(lines.map((line) => bracketsOf(line).join("-"))).size).toBe(1);
          }
        }
        expect(widths.size).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it("says how fast it goes and how long it takes, where there is room", () => {
    const display = new ProgressDisplay("...");
    const report = { total: 51200, where: "Writing at 0x00014000", of: "a", all: null };
    display.lines({ ...report, done: 0 }, 120, 1000);
    const lines = [120, 80, 50, 20].map((columns) => display.lines({ ...report, done: 16384 }, columns, 3000)[0]);
    expect(lines).toEqual([
      "Writing at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes     65.5 kbit/s     0:05 left",
      "Writing at 0x00014000 [====>             ]  32.0%     65.5 kbit/s     0:05 left",
      "Writing at 0x00014000 [====>             ]  32.0%",
      "[==>       ]  32.0%",
    ]);
  });

  it("names the file, and counts all of them in a second bar", () => {
    const display = new ProgressDisplay("...");
    const all = { name: "a very long name of a file.bin", index: 1, count: 3, share: 0.5 };
    expect(display.lines({ done: 512, total: 1024, where: "Writing", of: "b", all }, 120, 0)).toEqual([
      "a very long name ... [==============>               ]  50.0%          512/1024 bytes        - kbit/s     -:-- left",
      "All files            [==============>               ]  50.0% file 2 of 3                                          ",
    ]);
  });
});

describe("the pace of work", () => {
  it("counts from the first report, and anew when it is set back", () => {
    const rate = new TransferRate();
    expect(rate.pace("a", { done: 1000, total: 5000 }, 0)).toEqual({ rate: null, leftMs: null });
    expect(rate.pace("a", { done: 2000, total: 5000 }, 500)).toEqual({ rate: 2000, leftMs: 1500 });
    expect(rate.pace("a", { done: 1500, total: 5000 }, 1000)).toEqual({ rate: null, leftMs: null });
    expect(rate.pace("a", { done: 2500, total: 5000 }, 2000)).toEqual({ rate: 1000, leftMs: 2500 });
    expect(rate.pace("b", { done: 0, total: 0 }, 2000)).toEqual({ rate: null, leftMs: 0 });
  });

  it("is as wide whatever it is", () => {
    for (const rate of [null, 0, 1, 115_200, 1e12]) expect(rateText(rate)).toHaveLength(16);
    for (const leftMs of [null, 0, 1, 59_999, 3_599_001, 1e7, 1e12]) expect(leftText(leftMs)).toHaveLength(14);
    expect([59_000, 60_001, 3_600_000, 1e12].map(leftText).map((text) => text.trim())).toEqual([
      "0:59 left",
      "1:01 left",
      "1:00:00 left",
      ">99 h left",
    ]);
  });
});
