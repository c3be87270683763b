// What would be published, installed in empty projects: every door loads, the commands run, a board is flashed over a serial
// port, types are there. OTHER_NODES names further Node programs to try, separated as in PATH.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { packInto } from "../pack.mjs";
import { checkBundlers } from "./package/bundlers.mjs";
import { checkConventions } from "./package/conventions.mjs";
import { checkHosts } from "./package/hosts.mjs";
import { checkManifest } from "./package/manifest.mjs";
import { checkSerial } from "./package/serial.mjs";
import { checkConsumers, checkRequire } from "./package/types.mjs";

/** Follows the imports of a door that browsers load: nothing behind it may need Node. */
function noNodeBehind(entry, seen = new Set()) {
  if (seen.has(entry) || !existsSync(entry)) return;
  seen.add(entry);
  const code = readFileSync(entry, "utf8");
  for (const [, target] of code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (target.startsWith("node:")) throw new Error(`${entry} imports ${target}`);
    if (target.startsWith(".")) noNodeBehind(resolve(dirname(entry), target), seen);
  }
}

/** The doors that are of Node; all others are for browsers, too. */
const OF_NODE = ["node", "cli"];
const importOf = (door) => (door === "." ? "esptool-ts" : `esptool-ts/${door.slice(2)}`);
const fileOf = (door) => (door === "." ? "index" : door.slice(2));

const root = fileURLToPath(new URL("../..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "esptool-package-"));
try {
  const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8" });
  const { path: packed, size, unpackedSize, entryCount } = packInto(place);
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  run("npm", ["install", "--silent", packed], place);
  const installed = join(place, "node_modules/esptool-ts");
  checkManifest({ root, installed });
  const entrypoints = await checkConventions({ packed, installed });
  const nodes = (process.env.OTHER_NODES ?? "").split(delimiter).filter((node) => node !== "");
  const flashedWith = await checkSerial({ packed, place, nodes });
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const doors = Object.keys(manifest.exports).filter((door) => typeof manifest.exports[door] !== "string");
  for (const door of doors) {
    const target = manifest.exports[door];
    if (!existsSync(join(installed, target.types))) throw new Error(`${door} has no types: ${target.types}`);
    const name = importOf(door);
    const count = run(
      "node",
      ["-e", `import(${JSON.stringify(name)}).then((m) => console.log(Object.keys(m).length))`],
      place,
    );
    if (Number(count) === 0) throw new Error(`${name} exports nothing`);
  }
  for (const door of doors.map(fileOf).filter((file) => !OF_NODE.includes(file)))
    noNodeBehind(join(root, `dist/${door}.js`));
  const projects = checkConsumers({ root, place, doors });
  checkRequire({ place, doors });
  const forPages = doors.filter((door) => !OF_NODE.includes(fileOf(door)));
  await checkBundlers({ place, doors: forPages.map(importOf) });
  const hosts = checkHosts({ place, installed, doors: doors.map(importOf) });
  run("npx", ["esptool", "version"], place);
  run("npx", ["espefuse", "--virt", "--chip", "esp32c3", "summary"], place);
  run("npx", ["espsecure", "generate-flash-encryption-key", "key.bin"], place);
  run("npx", ["esp-rfc2217-server", "--help"], place);
  console.log(
    `package: ${entryCount} files, ${size} bytes packed, ${unpackedSize} unpacked, no other package; every door loads ` +
      `by import and by require; its types compile in ${projects} kinds of projects; a board was flashed over a serial ` +
      `port with Node ${flashedWith.join(", ")}; publint and are-the-types-wrong find nothing in ${entrypoints} entries; ` +
      `Vite and esbuild bundle a page; ${hosts.join("; ")}`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}
