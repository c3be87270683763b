// The soak tests with 1,000 sequences each, or as many as SOAK_RUNS says: `SOAK_RUNS=1000 vitest` for every system's shell.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const environment = { SOAK_RUNS: "1000", ...process.env };
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "test/virtual/soak.test.ts", "test/efuse/properties.test.ts"],
  {
    stdio: "inherit",
    env: environment,
  },
);
process.exit(status ?? 1);
