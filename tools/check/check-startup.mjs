// Short commands must start nearly as fast as Node itself: each is compared with the wall time of `node -e 0`, all
// measured in turn. The best of many runs is compared: it has the least of other programs' time in it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROUNDS = 25;
const bin = (name) => fileURLToPath(new URL(`../../dist/bin/${name}.js`, import.meta.url));
const image = fileURLToPath(new URL("../../examples/hello-esp32c3/hello.bin", import.meta.url));
const chip = ["--port", "virtual:esp32c3"];
// Some Nodes read the certificates of this variable before they run anything, which takes twice as long as all else: then
// the same milliseconds of a command are a smaller part. docs/benchmarks.md says what they are made of; the aim for the two
// on a virtual chip is 2.0.
const major = Number(process.versions.node.split(".")[0]);
const isBare = process.env.NODE_EXTRA_CA_CERTS === undefined || major >= 22;
const limitOf = ({ limits: [withCertificates, bare] }) => (isBare ? bare : withCertificates);
const COMMANDS = [
  { what: "esptool version", args: [bin("esptool"), "version"], limits: [1.25, 1.25] },
  { what: "flash-id of a virtual chip", args: [bin("esptool"), ...chip, "flash-id"], limits: [2.3, 4.2] },
  {
    what: "write-flash to a virtual chip",
    args: [bin("esptool"), ...chip, "write-flash", "0x0", image],
    limits: [2.6, 4.8],
  },
  { what: "espefuse --virt summary", args: [bin("espefuse"), "--virt", "summary"], limits: [1.9, 3] },
];

function run(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

let empty = Number.POSITIVE_INFINITY;
const best = COMMANDS.map(() => Number.POSITIVE_INFINITY);
for (let round = 0; round < ROUNDS; round++) {
  empty = Math.min(empty, run(["-e", "0"]));
  for (const [index, { args }] of COMMANDS.entries()) best[index] = Math.min(best[index], run(args));
}
console.log(`node -e 0: ${empty.toFixed(1)} ms`);
let isSlow = false;
for (const [index, command] of COMMANDS.entries()) {
  const { what } = command;
  const limit = limitOf(command);
  const ratio = best[index] / empty;
  isSlow ||= ratio > limit;
  console.log(`${what}: ${best[index].toFixed(1)} ms, ratio ${ratio.toFixed(2)} (limit ${limit})`);
}
process.exit(isSlow ? 1 : 0);
