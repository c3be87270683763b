// One type check per zone: the core and the virtual chips know no host, the web knows no Node, Node knows no DOM.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
let failed = false;
for (const zone of [
  "tsconfig.core.json",
  "tsconfig.web.json",
  "tsconfig.node.json",
  "tsconfig.site.json",
  "tsconfig.json",
]) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", zone], { stdio: "inherit" });
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${zone}`);
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
