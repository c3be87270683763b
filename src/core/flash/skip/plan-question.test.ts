import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskingCosts, askMs, WRITING, workMs } from "./costs.ts";
import { cheaperRuns, extentOf, type Place, runsMs } from "./differing-runs.ts";
import { type Answer, knownSectors, type SectorRange } from "./known-sectors.ts";
import { type Asked, nextQuestion } from "./plan-question.ts";

const SECTOR = 0x1000;
/** 921600 baud; a quick adapter, and one that waits 16 ms each way; some 0.5 ms for the digest of a sector. */
const QUICK: AskingCosts = {
  exchangeMs: 2.5,
  digestMsPerByte: 0.5 / SECTOR,
  lineMsPerByte: 40 / SECTOR,
  work: WRITING,
};
const SLOW: AskingCosts = { ...QUICK, exchangeMs: 33 };
/** 115200 baud. */
const CRAWLING: AskingCosts = { ...QUICK, exchangeMs: 8, lineMsPerByte: 330 / SECTOR };
const ALLOWED = 0.03;

interface Flash {
  /** Sectors that hold something else than the file. */
  readonly different: ReadonlySet<number>;
  readonly blank?: ReadonlySet<number>;
}

interface Outcome {
  readonly questions: readonly SectorRange[];
  readonly spentMs: number;
  readonly runs: readonly SectorRange[];
  readonly needed: number;
  readonly everything: number;
}

function fileAt(place: Place, count: number, erased: ReadonlySet<number> = new Set()): Asked {
  return { ...place, count, isErased: (sector) => erased.has(sector) };
}

const file = (sectors: number): Asked => fileAt({ address: 0x10000, sizeBytes: sectors * SECTOR }, sectors);

/** Plays the chip. */
function ask(asked: Asked, flash: Flash, costs: AskingCosts, share: number = ALLOWED): Outcome {
  const answers: Answer[] = [];
  const everything = workMs(costs, asked);
  let spentMs = 0;
  let runs: readonly SectorRange[] = [{ from: 0, to: asked.count }];
  for (;;) {
    runs = cheaperRuns(asked, runs, { states: knownSectors(asked, answers).states, costs });
    const range = nextQuestion(asked, { answers, runs, spentMs, allowanceMs: share * everything }, costs);
    if (range === null) break;
    if (answers.length > 4 * asked.count) throw new Error("asks without end");
    spentMs += askMs(costs, extentOf(asked, range).sizeBytes);
    const sectors = Array.from({ length: range.to - range.from }, (_, index) => range.from + index);
    const isSame = sectors.every(
      (sector) => !flash.different.has(sector) && !(flash.blank?.has(sector) === true && !asked.isErased(sector)),
    );
    const isBlank = sectors.every((sector) => flash.blank?.has(sector) === true);
    answers.push({ ...range, found: isSame ? "same" : isBlank ? "blank" : "different" });
  }
  return { questions: answers, spentMs, runs, needed: runsMs(asked, runs, costs), everything };
}

const only = (...sectors: number[]): Flash => ({ different: new Set(sectors) });
const all = (count: number): Flash => only(...Array.from({ length: count }, (_, index) => index));

describe("what to ask next", () => {
  it("is the whole of a small file", () => {
    expect(ask(file(5), only(), CRAWLING)).toMatchObject({ questions: [{ from: 0, to: 5 }], runs: [] });
  });

  it("is never a second time what is known to be the same", () => {
    const { questions, runs } = ask(file(256), only(), QUICK);
    expect(runs).toEqual([]);
    const asked = questions.reduce((sum, { from, to }) => sum + to - from, 0);
    // One sector first, to see whether it is worth it, then all in parts.
    expect(asked).toBe(257);
    expect(questions.length).toBeLessThan(20);
  });

  it.each([
    ["quick", QUICK, 24],
    ["slow", SLOW, 26],
  ] as const)("finds one changed sector among 256 on a %s line", (_line, costs, most) => {
    for (const sector of [0, 77, 128, 255]) {
      const { questions, runs, spentMs } = ask(file(256), only(sector), costs);
      expect(questions.length).toBeLessThanOrEqual(most);
      expect(runs).toEqual([{ from: sector, to: sector + 1 }]);
      expect(spentMs).toBeLessThan(1200);
    }
  });

  it("halves to a small change without trying sectors first where exchanges are slow", () => {
    const counts = [0, 77, 128, 255].map((sector) => ask(file(256), only(sector), SLOW).questions.length);
    expect(counts).toEqual([18, 13, 6, 11]);
  });

  it.each([
    ["quick", QUICK],
    ["slow", SLOW],
  ] as const)("is a handful of questions when everything differs, on a %s line", (_line, costs) => {
    const { questions, runs, spentMs, everything } = ask(file(256), all(256), costs);
    expect(questions.length).toBeLessThanOrEqual(6);
    expect(runs).toEqual([{ from: 0, to: 256 }]);
    expect(spentMs).toBeLessThan(ALLOWED * everything);
  });

  it("finds the half that is there, and gives the other up soon", () => {
    const second = only(...Array.from({ length: 128 }, (_, index) => 128 + index));
    const { questions, runs } = ask(file(256), second, QUICK);
    expect(runs).toEqual([{ from: 128, to: 256 }]);
    expect(questions.length).toBeLessThan(30);
  });

  it("uses larger parts where an exchange is slow, smaller ones where the digest is", () => {
    const parts = (costs: AskingCosts): number => ask(file(256), only(), costs).questions.length;
    expect(parts(SLOW)).toBeLessThan(parts(QUICK));
    expect(parts(QUICK)).toBeLessThan(parts({ ...QUICK, digestMsPerByte: 3 / SECTOR }));
  });

  it("does not ask what would cost more than the allowance", () => {
    // A page on a slow line: the question would take a fifth of the time.
    expect(ask(fileAt({ address: 0x8000, sizeBytes: 0x400 }, 1), only(), SLOW).questions).toEqual([]);
    expect(ask(file(256), only(), QUICK, 0).questions).toEqual([]);
  });

  it("takes one answer for a blank flash: only what the file has in it is written", () => {
    const blank = new Set(Array.from({ length: 16 }, (_, index) => index));
    const erased = new Set([4, 5, 6, 7, 8, 9, 10, 11]);
    const asked = fileAt({ address: 0x10000, sizeBytes: 16 * SECTOR }, 16, erased);
    const { questions, runs } = ask(asked, { different: new Set(), blank }, CRAWLING);
    expect(questions).toHaveLength(1);
    expect(runs).toEqual([
      { from: 0, to: 4 },
      { from: 12, to: 16 },
    ]);
  });

  it("asks for parts that keep the chip busy for an exchange each, where questions are asked ahead", () => {
    const parts = (asksAhead: boolean): number => {
      const { questions } = ask(file(256), only(), { ...SLOW, digestMsPerByte: 1 / SECTOR, asksAhead });
      return questions.filter(({ from, to }) => to - from > 16).length;
    };
    expect(parts(true)).toBe(8);
    expect(parts(false)).toBe(2);
  });

  it("asks ahead for what is of use whatever the answer to the first, and not where small questions pay for large ones", () => {
    const costs = { ...SLOW, digestMsPerByte: 1 / SECTOR, asksAhead: true };
    const first = { from: 0, to: 32, found: "same" } as const;
    const inquiry = { answers: [first], runs: [{ from: 0, to: 256 }], spentMs: 0, allowanceMs: 5000 };
    expect(nextQuestion(file(256), inquiry, costs)).toEqual({ from: 32, to: 64 });
    expect(nextQuestion(file(256), { ...inquiry, isAhead: true }, costs)).toEqual({ from: 224, to: 256 });
    expect(nextQuestion(file(256), { ...inquiry, allowanceMs: 300 }, costs)).not.toBeNull();
    expect(nextQuestion(file(256), { ...inquiry, allowanceMs: 300, isAhead: true }, costs)).toBeNull();
  });

  it("gives up on what differs as soon with a question open as without: what is guessed of its answer is no hope", () => {
    const costs = { ...SLOW, digestMsPerByte: 1 / SECTOR, asksAhead: true };
    const inquiry = { runs: [{ from: 0, to: 256 }], spentMs: 0, allowanceMs: 5000, isAhead: true };
    const differing = [
      { from: 0, to: 128, found: "different" },
      { from: 128, to: 256, found: "different" },
      ...[64, 32, 96, 16, 192, 160, 224, 144].map((from) => ({ from, to: from + 1, found: "different" as const })),
    ] as const satisfies readonly Answer[];
    const guesses = [{ from: 80, to: 81, found: "same" }] as const;
    expect(nextQuestion(file(256), { ...inquiry, answers: differing }, costs)).toBeNull();
    expect(nextQuestion(file(256), { ...inquiry, answers: differing, guesses }, costs)).toBeNull();
    // What is there gives hope, and what is asked about is not asked about twice.
    const hopeful = { ...inquiry, answers: [...differing, { from: 80, to: 81, found: "same" } as const] };
    expect(nextQuestion(file(256), hopeful, costs)).not.toBeNull();
    const open = [{ from: 0, to: 256, found: "same" }] as const;
    expect(nextQuestion(file(256), { ...inquiry, answers: [], guesses: open }, costs)).toBeNull();
  });

  it("writes a gap along where that is faster than a second write", () => {
    const { runs } = ask(file(256), only(10, 12), SLOW);
    expect(runs).toEqual([{ from: 10, to: 13 }]);
  });

  it("never leaves out what differs, and never loses more than it is allowed to", () => {
    const world = fc.record({
      count: fc.integer({ min: 1, max: 300 }),
      seed: fc.integer(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      clusters: fc.boolean(),
      exchangeMs: fc.double({ min: 0.1, max: 60, noNaN: true }),
      digestMs: fc.double({ min: 0, max: 4, noNaN: true }),
      lineMs: fc.double({ min: 0, max: 400, noNaN: true }),
    });
    fc.assert(
      fc.property(world, ({ count, seed, share, clusters, exchangeMs, digestMs, lineMs }) => {
        const asksAhead = seed % 2 === 0;
        const perByte = { digestMsPerByte: digestMs / SECTOR, lineMsPerByte: lineMs / SECTOR };
        const costs = { exchangeMs, ...perByte, work: WRITING, asksAhead };
        const different = new Set<number>();
        let state = seed >>> 0;
        for (let sector = 0; sector < count; sector++) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          const isLike = clusters && sector > 0 && state >>> 29 !== 0;
          if (isLike ? different.has(sector - 1) : (state >>> 8) / 2 ** 24 < share) different.add(sector);
        }
        const { runs, spentMs, needed, everything } = ask(file(count), { different }, costs);
        for (const sector of different) expect(runs.some(({ from, to }) => from <= sector && sector < to)).toBe(true);
        expect(spentMs + needed).toBeLessThanOrEqual((1 + ALLOWED) * everything + 1e-6);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("what follows from the answers", () => {
  const of = (count: number, ...answers: Answer[]) => knownSectors(file(count), answers);

  it("the last sector that is left must be the one that differs", () => {
    const { states, suspects } = of(
      4,
      { from: 0, to: 4, found: "different" },
      { from: 0, to: 2, found: "same" },
      { from: 3, to: 4, found: "same" },
    );
    expect(states).toEqual(["same", "same", "different", "same"]);
    expect(suspects).toEqual([]);
  });

  it("a range that differs says nothing of its other half once one half differs", () => {
    const { suspects } = of(4, { from: 0, to: 4, found: "different" }, { from: 0, to: 2, found: "different" });
    expect(suspects).toEqual([{ from: 0, to: 2 }]);
  });

  it("an answer that was garbled makes nothing the same", () => {
    const { states } = of(2, { from: 0, to: 1, found: "same" }, { from: 0, to: 2, found: "different" });
    expect(states).toEqual(["same", "different"]);
    expect(of(1, { from: 0, to: 1, found: "same" }, { from: 0, to: 1, found: "different" }).states).toEqual(["same"]);
  });
});
