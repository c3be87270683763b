// Builds dist/: the doors and the executables, bundled with shared chunks (few files to load, so a short command starts
// fast), and the declarations beside them. The stubs stay chunks of their own, loaded only for their chip.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const doors = ["index", "chips", "virtual", "node", "web", "cli"];
const executables = ["esptool"];

rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([
    ...doors.map((door) => [door, `src/${door}.ts`]),
    ...executables.map((name) => [`bin/${name}`, `src/bin/${name}.ts`]),
  ]),
  external: [
    /^node:/,
    ...Object.keys(manifest.optionalDependencies),
    /^@serialport\//,
    ...Object.keys(manifest.dependencies).flatMap((name) => [name, new RegExp(`^${name}/`)]),
  ],
  platform: "neutral",
});
await bundle.write({
  dir: `${root}dist`,
  format: "esm",
  chunkFileNames: "chunks/[name]-[hash].js",
  minify: false,
  sourcemap: false,
});
await bundle.close();
for (const name of executables) {
  const file = `${root}dist/bin/${name}.js`;
  const code = readFileSync(file, "utf8");
  if (!code.startsWith("#!")) writeFileSync(file, `#!/usr/bin/env node\n${code}`);
  chmodSync(file, 0o755);
}

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [tsc, "-p", `${root}tsconfig.build.json`], { stdio: "inherit" });
process.exit(status ?? 1);
