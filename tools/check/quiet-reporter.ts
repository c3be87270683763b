import { stripVTControlCharacters } from "node:util";
import { DefaultReporter, type TestCase, type TestModule, type TestRunEndReason, type Vitest } from "vitest/node";

type UserLog = Parameters<DefaultReporter["onUserConsoleLog"]>[0];

/** What `tellSkipped` prints. */
const SKIPPED = /^skipped: (.*)$/gm;
/** Values that got into a title by mistake. */
const MISHAP = /\bundefined\b|\[object \w+\]|\bNaN\b/;
const PROGRESS_STEPS = 10;

/**
 * Says what went wrong, whole, and the rest in few lines: how far the run is, what was skipped and why, and the sums.
 * A title that tells `undefined` fails the run: nobody can tell such a test from its neighbours.
 */
export class QuietReporter extends DefaultReporter {
  /** Reasons told by files, by the file's path. */
  readonly #told = new Map<string, Set<string>>();
  readonly #mishaps: string[] = [];
  #files = 0;
  #done = 0;

  override onInit(context: Vitest): void {
    context.config.slowTestThreshold = Number.POSITIVE_INFINITY;
    super.onInit(context);
  }

  override onTestRunStart(specifications: Parameters<DefaultReporter["onTestRunStart"]>[0]): void {
    super.onTestRunStart(specifications);
    this.#files = specifications.length;
    this.#done = 0;
  }

  override onTestCaseResult(test: TestCase): void {
    super.onTestCaseResult(test);
    if (MISHAP.test(test.fullName)) this.#mishaps.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  override onTestModuleEnd(module: TestModule): void {
    super.onTestModuleEnd(module);
    this.#done++;
    const step = Math.ceil(this.#files / PROGRESS_STEPS);
    if (this.#done % step === 0 && this.#done < this.#files && this.#files > PROGRESS_STEPS)
      this.log(`${this.#done} of ${this.#files} files`);
  }

  override printTestModule(module: TestModule): void {
    if (module.state() === "failed" || this.renderSucceed) super.printTestModule(module);
  }

  override onUserConsoleLog(log: UserLog, taskState?: Parameters<DefaultReporter["onUserConsoleLog"]>[1]): void {
    const reasons = [...log.content.matchAll(SKIPPED)].map(([, reason = ""]) => reason);
    const file = log.taskId === undefined ? undefined : this.ctx.state.idMap.get(log.taskId)?.file.filepath;
    if (reasons.length === 0 || file === undefined) {
      super.onUserConsoleLog(log, taskState);
      return;
    }
    const known = this.#told.get(file) ?? new Set();
    for (const reason of reasons) known.add(reason);
    this.#told.set(file, known);
  }

  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: Parameters<DefaultReporter["onTestRunEnd"]>[1],
    reason: TestRunEndReason,
  ): void {
    const skipped = skippedLines(modules, this.#told);
    if (skipped.length > 0) this.log(["", "skipped:", ...skipped].join("\n"));
    if (this.#mishaps.length > 0) {
      this.error(`\nTitles that tell a value by mistake:\n  ${[...new Set(this.#mishaps)].join("\n  ")}`);
      process.exitCode = 1;
    }
    super.onTestRunEnd(modules, errors, reason);
  }
}

/** One line a reason: how many tests, or in how many files where the tests that are not there cannot be counted. */
function skippedLines(modules: readonly TestModule[], told: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const counts = new Map<string, { tests: number; files: number }>();
  const count = (reason: string, kind: "tests" | "files"): void => {
    const sums = counts.get(reason) ?? { tests: 0, files: 0 };
    sums[kind]++;
    counts.set(reason, sums);
  };
  for (const module of modules) {
    const reasons = [...(told.get(module.moduleId) ?? [])];
    const tests = [...module.children.allTests("skipped")];
    for (const test of tests) {
      const result = test.result();
      const note = result.state === "skipped" ? result.note : undefined;
      count(note ?? (reasons.join("; ") || `for a reason that ${module.relativeModuleId} does not tell`), "tests");
    }
    if (tests.length === 0) for (const reason of reasons) count(reason, "files");
  }
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([reason, { tests, files }]) => {
      const inFiles = files === 0 ? "" : `parts of ${files} file${files === 1 ? "" : "s"}`;
      const ofTests = tests === 0 ? "" : `${tests} test${tests === 1 ? "" : "s"}`;
      return `  ${[ofTests, inFiles].filter((text) => text !== "").join(" and ")}: ${reason}`;
    });
}

/** Colours are for terminals; vitest gives them to files, too. */
export function withoutColours(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean =>
    (write as (...all: unknown[]) => boolean)(
      typeof chunk === "string" ? stripVTControlCharacters(chunk) : chunk,
      ...rest,
    );
}
