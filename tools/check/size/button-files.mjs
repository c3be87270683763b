// What the built install button loads: the files that a file cannot do without, by its own imports.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const STATIC = /(?:\bimport|\bfrom)\s*["'`]\.\/([^"'`]+)["'`]/g;

/** `entries` begin with these names. Gives the name and the compressed size of each file. */
export function buttonFiles(folder, entries) {
  const files = readdirSync(folder);
  const found = new Map();
  const add = (name) => {
    if (found.has(name)) return;
    const contents = readFileSync(join(folder, name));
    found.set(name, gzipSync(contents, { level: 9 }).length);
    for (const [, needed] of contents.toString("utf8").matchAll(STATIC)) add(needed);
  };
  for (const entry of entries) {
    // Files that are loaded later have a hash in their names.
    const hashed = new RegExp(`^${entry}(?:-[\\w-]{8})?\\.js$`);
    const name = files.find((file) => hashed.test(file));
    if (name === undefined) throw new Error(`${folder} has no ${entry}.js`);
    add(name);
  }
  return [...found].map(([name, sizeBytes]) => ({ name, sizeBytes }));
}
