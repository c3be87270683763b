import { Worker } from "node:worker_threads";
import { afterAll, beforeEach, expect } from "vitest";
import { whyHanging } from "./hang.ts";

// Tests have no limits of time, because those are reached by slow machines, too. A test that hangs is found by this
// watcher, which looks at what the process does. It is a thread: a test that computes for ever leaves it its turn.

const LIMITS = {
  cpuMs: Number(process.env["WATCHDOG_CPU_MS"] ?? 30 * 60_000),
  idleMs: Number(process.env["WATCHDOG_IDLE_MS"] ?? 10 * 60_000),
};

const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const { availableParallelism, loadavg } = require("node:os");
const whyHanging = ${whyHanging.toString()};
const TICK_MS = 1000;
const computed = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
let title = null, watchedMs = 0, cpuAtStart = 0;
parentPort.on("message", (next) => { title = next; watchedMs = 0; cpuAtStart = computed(); });
setInterval(() => {
  if (title === null) return;
  watchedMs += TICK_MS;
  const quiet = { watchedMs, cpuMs: computed() - cpuAtStart, loadPerCpu: loadavg()[0] / availableParallelism() };
  const reason = whyHanging(quiet, workerData);
  if (reason === null) return;
  writeSync(2, "\\nThis test hangs: " + title + "\\n" + reason + "; its process is ended.\\n");
  process.kill(process.pid, "SIGKILL");
}, TICK_MS);
`;

// One for each process, however many files of tests it runs.
const shared = globalThis as typeof globalThis & { testWatcher?: Worker };
shared.testWatcher ??= new Worker(THREAD, { eval: true, workerData: LIMITS });
const watcher = shared.testWatcher;
watcher.unref();

const fileOf = (path: string | undefined): string =>
  (path ?? "").replaceAll("\\", "/").replace(/^.*\/(?=(?:src|test)\/)/, "");

watcher.postMessage(`${fileOf(expect.getState().testPath)} (before its tests)`);
beforeEach(() => {
  const { currentTestName = "", testPath } = expect.getState();
  watcher.postMessage(`${fileOf(testPath)} > ${currentTestName}`);
});
// Between two files the process waits for work, which is none of the watcher's business.
afterAll(() => watcher.postMessage(null));
