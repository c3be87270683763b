// `esptool version` must start nearly as fast as Node itself: at most 1.7 times the wall time of `node -e 0`, the two
// measured in turn. The best of many runs is compared: it has the least of other programs' time in it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const LIMIT = 1.7;
const ROUNDS = 25;
const tool = fileURLToPath(new URL("../dist/bin/esptool.js", import.meta.url));

function run(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const empty = [];
const version = [];
for (let round = 0; round < ROUNDS; round++) {
  empty.push(run(["-e", "0"]));
  version.push(run([tool, "version"]));
}
const ratio = Math.min(...version) / Math.min(...empty);
console.log(
  `node -e 0: ${Math.min(...empty).toFixed(1)} ms, esptool version: ${Math.min(...version).toFixed(1)} ms, ratio ${ratio.toFixed(2)} (limit ${LIMIT})`,
);
process.exit(ratio <= LIMIT ? 0 : 1);
