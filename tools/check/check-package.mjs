// What `npm pack` would publish, installed in an empty project: every door loads, the commands run, types are there.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkConsumers, checkRequire } from "./check-consumers.mjs";

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

const root = fileURLToPath(new URL("../..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "esptool-package-"));
try {
  const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8" });
  const packed = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", place], root));
  const { filename, size, unpackedSize, entryCount } = packed[0];
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  run("npm", ["install", "--silent", "--ignore-scripts", "--omit=optional", join(place, filename)], place);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const doors = Object.keys(manifest.exports).filter((door) => typeof manifest.exports[door] !== "string");
  for (const door of doors) {
    const target = manifest.exports[door];
    const installed = join(place, "node_modules/esptool-ts");
    if (!existsSync(join(installed, target.types))) throw new Error(`${door} has no types: ${target.types}`);
    const name = door === "." ? "esptool-ts" : `esptool-ts/${door.slice(2)}`;
    const count = run(
      "node",
      ["-e", `import(${JSON.stringify(name)}).then((m) => console.log(Object.keys(m).length))`],
      place,
    );
    if (Number(count) === 0) throw new Error(`${name} exports nothing`);
  }
  for (const door of [
    "index",
    "chips",
    "efuse",
    "secure",
    "nvs",
    "virtual",
    "web",
    "compat",
    "image",
    "port-conformance",
  ])
    noNodeBehind(join(root, `dist/${door}.js`));
  const projects = checkConsumers({ root, place, doors });
  checkRequire({ place, doors });
  run("npx", ["esptool", "version"], place);
  run("npx", ["espefuse", "--virt", "--chip", "esp32c3", "summary"], place);
  run("npx", ["espsecure", "generate-flash-encryption-key", "key.bin"], place);
  run("npx", ["esp-rfc2217-server", "--help"], place);
  console.log(
    `package: ${entryCount} files, ${size} bytes packed, ${unpackedSize} unpacked; every door loads without serialport, ` +
      `by import and by require; its types compile in ${projects} kinds of projects`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}
