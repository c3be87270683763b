// The soak tests with 1,000 sequences each, or as many as SOAK_RUNS says, and with 100 MB of each kind of noise, or as much as NOISE_MB
// says: `SOAK_RUNS=1000 NOISE_MB=100 vitest` for every system's shell. Words behind it choose files.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const environment = { SOAK_RUNS: "1000", NOISE_MB: "100", ...process.env };
const FILES = ["test/virtual/soak.test.ts", "test/efuse/properties.test.ts", "test/crash/noise.test.ts"];
const words = process.argv.slice(2);
const files = words.length === 0 ? FILES : FILES.filter((file) => words.some((word) => file.includes(word)));
const { status } = spawnSync(process.execPath, [vitest, "run", ...files], {
  stdio: "inherit",
  env: environment,
});
process.exit(status ?? 1);
