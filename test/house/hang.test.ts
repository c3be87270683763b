import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { whyHanging } from "../support/process/hang.ts";

const LIMITS = { cpuMs: 1_800_000, idleMs: 600_000 };
const root = fileURLToPath(new URL("../..", import.meta.url));

describe("a test hangs", () => {
  it("when it does nothing for long, but not yet on a crowded machine", () => {
    const quiet = { watchedMs: 600_001, cpuMs: 100, loadPerCpu: 0.1 };
    expect(whyHanging(quiet, LIMITS)).toContain("waited for 10 minutes");
    expect(whyHanging({ ...quiet, loadPerCpu: 10 }, LIMITS)).toBeNull();
    expect(whyHanging({ ...quiet, loadPerCpu: 10, watchedMs: 6_000_001 }, LIMITS)).toContain("waited");
  });

  it("when it computes without an end, however long that takes", () => {
    expect(whyHanging({ watchedMs: 36_000_000, cpuMs: 1_800_000, loadPerCpu: 20 }, LIMITS)).toBeNull();
    expect(whyHanging({ watchedMs: 1_900_000, cpuMs: 1_800_001, loadPerCpu: 0 }, LIMITS)).toContain("computed");
  });

  it("and its process is ended, the run fails, and the test is named", () => {
    const folder = mkdtempSync(join(root, "test/hang-"));
    try {
      writeFileSync(
        join(folder, "endless.test.ts"),
        `import { it } from "vitest";\nit("computes for ever", () => { for (;;) Math.random(); });\n`,
      );
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        [join(root, "node_modules/vitest/vitest.mjs"), "run", folder],
        { cwd: root, encoding: "utf8", env: { ...process.env, WATCHDOG_CPU_MS: "3000", VITEST_JSON: "" } },
      );
      expect(stderr + stdout).toContain("endless.test.ts > computes for ever");
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
