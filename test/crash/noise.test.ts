/**
 * Noise through everything that reads a console: it ends, and keeps no more than a line and a crash. `NOISE_MB` of each kind
 * (`npm run soak` does 100); what it took is told then.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { CrashWatch } from "../../src/cli/monitor/crash-watch.ts";
import {
  binaryLogReader,
  bootText,
  crashText,
  debugInfo,
  decodeBoot,
  decodeCrash,
  readCoreDump,
} from "../../src/crash.ts";
import { monitorPipeline } from "../../src/index.ts";
import { NOISES } from "../support/crash/noise.ts";
import { crashProgram } from "../support/crash/programs.ts";
import { ManualClock } from "../support/port/ports.ts";

const MEGABYTES = Number(process.env["NOISE_MB"] ?? 1);
/** The rows of a core dump that does not end are the most: 64 MB of them. */
const MOST_HELD_BYTES = Math.min(MEGABYTES * 8, 100) * 1024 * 1024;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is still in use: what was thrown away may lie around for long. */
function heldBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const PANIC = Uint8Array.from(readFileSync("test/fixtures/crash/rv-01-load-fault-os-d5/input.txt"));
const APP = debugInfo(crashProgram("c3-os-d5.elf") ?? new Uint8Array(0));

/** Everything that a monitor does with bytes, but for the screen: pieces as they come, and what is left afterwards. */
function reader() {
  const clock = new ManualClock();
  const counts = { lines: 0, crashes: 0, boots: 0, dumps: 0 };
  const watch = new CrashWatch(
    clock,
    {
      crash: async (dump) => decodeCrash(dump, [APP]),
      boot: async (start) => decodeBoot(start, [APP]),
      coreDump: async (bytes) => readCoreDump(bytes, [APP]),
      listen: () => {},
    },
    {
      crash: (report) => {
        counts.crashes++;
        crashText(report);
      },
      boot: (report) => {
        counts.boots++;
        bootText(report);
      },
      coreDump: () => void counts.dumps++,
      found: () => {},
      prompted: () => {},
      skipped: () => {},
      failed: () => {},
    },
  );
  const binary = binaryLogReader({ programs: [APP] });
  const pipeline = monitorPipeline({
    clock,
    view: "text",
    processors: [],
    sink: {
      piece: (piece) => watch.piece(piece),
      line: ({ text, atMs }) => {
        counts.lines++;
        watch.line(text, atMs);
      },
      remark: () => {},
    },
  });
  return {
    counts,
    push: async (piece: Uint8Array) => {
      pipeline.push(binary.push(piece));
      await watch.settled();
    },
    end: async () => {
      pipeline.push(binary.flush());
      pipeline.flush();
      watch.end();
      await watch.settled();
    },
  };
}

describe("noise of one kind, then a crash", () => {
  it.each(Object.keys(NOISES))("%s", async (kind) => {
    const next = NOISES[kind]?.() ?? (() => new Uint8Array(0));
    const { push, end, counts } = reader();
    const cpu = process.cpuUsage();
    const started = heldBytes();
    for (let sizeBytes = 0; sizeBytes < MEGABYTES * 1024 * 1024; ) {
      const piece = next();
      sizeBytes += piece.length;
      await push(piece);
    }
    const held = heldBytes() - started;
    await end();
    const before = counts.crashes;
    await push(PANIC);
    await end();
    expect(counts.crashes - before).toBe(1);
    expect(held).toBeLessThan(MOST_HELD_BYTES);
    if (MEGABYTES > 1) {
      const { user, system } = process.cpuUsage(cpu);
      const mib = Math.round(held / 1024 / 1024);
      console.log(
        `${kind}: ${MEGABYTES} MB, ${Math.round((user + system) / 1e5) / 10} s of CPU, ${mib} MB held`,
        counts,
      );
    }
  });
});
