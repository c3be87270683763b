/**
 * `node tools/run-ts.mjs tools/fuzz/fuzz.ts [seconds] [seed] [names]`: feeds made and damaged inputs to every parser, or to those of the
 * names, with commas between them. Each must give
 * a value or an `EspError`; anything else, and no end within ten seconds, is a fault: the input is printed and the exit
 * code is 1. The parsers run in a worker, so that one that hangs can be seen from outside.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { isEspError } from "../../src/core/errors.ts";
import { seededRandom } from "../../test/support/mutation.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";

const HANG_MS = 10_000;
const BATCH = 100;
const INPUT_ROOM = 1 << 20;
/** Words before the input in the shared memory: inputs so far, target, length of the input. */
const WORDS = 3;

interface Work {
  readonly seconds: number;
  readonly seed: number;
  /** Of the targets; empty: all. */
  readonly names: readonly string[];
  readonly shared: SharedArrayBuffer;
}

interface TargetCounts {
  accepted: number;
  readonly refused: Record<string, number>;
}

type Report =
  | { readonly kind: "done"; readonly counts: readonly TargetCounts[] }
  | { readonly kind: "fault"; readonly target: string; readonly input: string; readonly error: string };

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

async function feedAll({ seconds, seed, names, shared }: Work): Promise<Report> {
  const words = new Int32Array(shared, 0, WORDS);
  const room = new Uint8Array(shared, WORDS * 4);
  const counts: TargetCounts[] = FUZZ_TARGETS.map(() => ({ accepted: 0, refused: {} }));
  // One sequence for each target, so that a target's inputs do not depend on the others.
  const randoms = FUZZ_TARGETS.map((_, index) => seededRandom(seed + index));
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    for (const [index, target] of FUZZ_TARGETS.entries()) {
      if (names.length > 0 && !names.includes(target.name)) continue;
      const random = randoms[index] ?? seededRandom(seed);
      const count = counts[index] ?? { accepted: 0, refused: {} };
      for (let run = 0; run < BATCH; run++) {
        const input = target.make(random);
        room.set(input.subarray(0, INPUT_ROOM));
        words[1] = index;
        words[2] = Math.min(input.length, INPUT_ROOM);
        Atomics.add(words, 0, 1);
        try {
          const taken = target.take(input);
          // Most take at once, and are not slowed down.
          if (taken instanceof Promise) await taken;
          count.accepted++;
        } catch (error) {
          if (!isEspError(error) || error.code === "internal")
            return { kind: "fault", target: target.name, input: hex(input), error: describe(error) };
          count.refused[error.code] = (count.refused[error.code] ?? 0) + 1;
        }
      }
    }
  }
  return { kind: "done", counts };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function printFault(seed: number, target: string, error: string, input: string): void {
  console.log(`FAULT in ${target}, seed ${seed}: ${error}\ninput: ${input}`);
  process.exitCode = 1;
}

function watch(seconds: number, seed: number, names: readonly string[]): void {
  const shared = new SharedArrayBuffer(WORDS * 4 + INPUT_ROOM);
  const words = new Int32Array(shared, 0, WORDS);
  const worker = new Worker(new URL(import.meta.url), { workerData: { seconds, seed, names, shared } satisfies Work });
  let seen = -1;
  let seenAt = Date.now();
  const timer = setInterval(() => {
    const now = Atomics.load(words, 0);
    // Before its first input it is still loading, which a busy computer may take long for.
    if (now !== seen || now === 0) {
      seen = now;
      seenAt = Date.now();
    } else if (Date.now() - seenAt > HANG_MS) {
      const input = new Uint8Array(shared, WORDS * 4, words[2] ?? 0);
      printFault(seed, FUZZ_TARGETS[words[1] ?? 0]?.name ?? "?", "no end in sight", hex(input));
      clearInterval(timer);
      void worker.terminate();
    }
  }, 500);
  worker.on("message", (report: Report) => {
    if (report.kind === "fault") printFault(seed, report.target, report.error, report.input);
    else printCounts(seed, report.counts);
  });
  worker.on("error", (error) => {
    console.log(`FAULT: the worker ended, seed ${seed}: ${describe(error)}`);
    process.exitCode = 1;
  });
  worker.on("exit", () => clearInterval(timer));
}

function printCounts(seed: number, counts: readonly TargetCounts[]): void {
  console.log(`seed ${seed}`);
  for (const [index, { name }] of FUZZ_TARGETS.entries()) {
    const { accepted = 0, refused = {} } = counts[index] ?? {};
    const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
    const total = accepted + Object.values(refused).reduce((sum, count) => sum + count, 0);
    if (total > 0)
      console.log(`${name.padEnd(14)} ${String(total).padStart(9)} inputs, ${accepted} accepted; ${codes.join(", ")}`);
  }
}

if (isMainThread) {
  const [seconds = "30", seed = String(Date.now() % 1_000_000_000), names = ""] = process.argv.slice(2);
  watch(
    Number(seconds),
    Number(seed),
    names.split(",").filter((name) => name !== ""),
  );
} else parentPort?.postMessage(await feedAll(workerData as Work));
