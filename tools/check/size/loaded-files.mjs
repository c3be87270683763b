// Which files of a built page are loaded when it does its work, by the word of Node's own engine.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** `work` names a module of this folder, which is run in a process of its own. Gives the names of the files loaded. */
export function loadedFiles({ files, entry, outdir, work, dist }) {
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "package.json"), JSON.stringify({ type: "module" }));
  for (const { name, contents } of files) writeFileSync(join(outdir, name), contents);
  const seen = join(outdir, "seen");
  const urlOf = (path) => pathToFileURL(path).href;
  const program = fileURLToPath(new URL(`./${work}.mjs`, import.meta.url));
  const args = [program, urlOf(join(outdir, entry)), urlOf(join(dist, "virtual.js"))];
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, NODE_V8_COVERAGE: seen },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${work} ended with ${status}: ${stderr}`);
  const scripts = readdirSync(seen).flatMap((name) => JSON.parse(readFileSync(join(seen, name), "utf8")).result);
  const loaded = new Set(scripts.map(({ url }) => url));
  const names = files.map(({ name }) => name).filter((name) => loaded.has(urlOf(join(outdir, name))));
  if (!names.includes(basename(entry))) throw new Error(`The engine has not seen ${entry}.`);
  return names;
}
