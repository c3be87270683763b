// The install button and the page in a browser, with all that can befall them, one file after the other.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", "test/elements", "test/site", "--maxWorkers=1"], {
  stdio: "inherit",
  env: { ...process.env, BROWSER_TESTS: "1" },
});
process.exit(status ?? 1);
