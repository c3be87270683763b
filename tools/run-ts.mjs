// Runs a TypeScript tool on any supported Node: bundles it into a temporary module and imports that.
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const [tool, ...rest] = process.argv.slice(2);
const out = `${root}.tmp/run-ts-${process.pid}`;
mkdirSync(out, { recursive: true });
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
const bundle = await rolldown({
  cwd: root,
  input: { tool: resolve(tool) },
  external: [/^node:/, /^[a-z@][^:]*$/i],
  platform: "node",
});
await bundle.write({ dir: out, format: "esm" });
process.argv = [process.argv[0], tool, ...rest];
await import(pathToFileURL(`${out}/tool.js`).href);
