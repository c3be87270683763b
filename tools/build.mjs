// Builds dist/: the doors and the executables, bundled with shared chunks (few files to load, so a short command starts
// fast), and the declarations beside them. The stubs stay chunks of their own, loaded only for their chip.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const doors = ["index", "image", "chips", "virtual", "node", "web", "cli"];
const executables = ["esptool", "esp-rfc2217-server"];

rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([
    ...doors.map((door) => [door, `src/${door}.ts`]),
    ...executables.map((name) => [`bin/${name}`, `src/bin/${name}.ts`]),
  ]),
  // Everything but the serial driver is built in: nothing else to install, and few files to load.
  external: [/^node:/, ...Object.keys(manifest.optionalDependencies), /^@serialport\//],
  // Only the command line needs anything of Node; the check of the package sees to it that the other doors do not.
  platform: "node",
  // No facade chunks: one file less to load for each lazily imported module.
  preserveEntrySignatures: "allow-extension",
  // commander is bundled into the command line: loading its CommonJS files took longer than all of ours.
});
// Files cost more to load than their contents to parse: what is used together stands together. Stubs, commands and the
// virtual chips stay apart, because most runs do not need them.
const groups = [
  { name: "base", test: /src\/core\/(?:errors|host|clock)\.ts$/, priority: 3 },
  { name: "firmware", test: /src\/core\/(?:image|chip|bytes)\/(?!deflate)|node_modules\/@noble\//, priority: 2 },
  { name: "core", test: /src\/core\/(?!stub\/generated\/)|node_modules\/pako\//, priority: 1 },
];
await bundle.write({
  codeSplitting: { groups },
  dir: `${root}dist`,
  format: "esm",
  chunkFileNames: "chunks/[name]-[hash].js",
  minify: true,
  sourcemap: false,
});
await bundle.close();
for (const name of executables) {
  const file = `${root}dist/bin/${name}.js`;
  const code = readFileSync(file, "utf8");
  if (!code.startsWith("#!")) writeFileSync(file, `#!/usr/bin/env node\n${code}`);
  chmodSync(file, 0o755);
}

// What is built into the package comes with its licence.
const borrowed = ["@noble/hashes", "commander", "esptool-js", "pako"];
const licences = borrowed.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(`${root}node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, licences.join(`\n${"-".repeat(80)}\n\n`));

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [tsc, "-p", `${root}tsconfig.build.json`], { stdio: "inherit" });
process.exit(status ?? 1);
