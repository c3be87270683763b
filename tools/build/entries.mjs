// What package.json says is to be built: the doors by `exports`, the programs by `bin`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const dist = `${root}dist/`;
export const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

const nameOf = (file) => file.replace(/^(?:\.\/)?dist\/|\.js$/g, "");

/** Each is the file `src/NAME.ts`. */
export const doors = Object.values(manifest.exports)
  .filter((target) => typeof target !== "string")
  .map((target) => nameOf(target.default));
export const programs = [...new Set(Object.values(manifest.bin).map(nameOf))];

/** Packages that a user may have; all else is built in. */
export const peers = Object.keys(manifest.peerDependencies);

export const inputs = (names) => Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
