import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./tools/check/long-files-first.ts";
import { QuietReporter, withoutColours } from "./tools/check/quiet-reporter.ts";

// With VITEST_JSON set the results are also written to that file; the gate adds them up.
const json = process.env["VITEST_JSON"] || undefined;
const quiet = new QuietReporter();

if (process.env["FORCE_COLOR"] === undefined && (process.env["NO_COLOR"] || !process.stdout.isTTY)) {
  // For the processes of the tests, whose messages come with colours in them.
  process.env["NO_COLOR"] = "1";
  withoutColours(process.stdout);
  withoutColours(process.stderr);
}

// Node reads these anew in each process that a test starts, before it runs anything: twice what it takes without. No test needs a
// network.
delete process.env["NODE_EXTRA_CA_CERTS"];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // No limits of time: a slow machine reaches them, too. What hangs is found by the watchdog.
    testTimeout: 0,
    hookTimeout: 0,
    teardownTimeout: 600_000,
    // What the programs that tests start would remember is nobody's.
    env: { ESPTOOL_NO_MEMORY: "1" },
    globalSetup: ["test/support/process/built-folder.ts"],
    setupFiles: ["test/support/process/watchdog.ts", "test/support/process/equal-bytes.ts"],
    // Processes are kept for many files: starting one anew for each was a third of the time. One more than there are processors,
    // because some files do little but wait for other processes, and for clocks.
    isolate: false,
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFilesFirst },
    reporters: json === undefined ? [quiet] : [quiet, "json"],
    ...(json === undefined ? {} : { outputFile: { json } }),
  },
});
