// Packs the package as users get it: the files that package.json names, with a manifest of its own, which has nothing of
// development in it. Prints the file it made; another folder for it may be named. What is built must be there.
//
// `npm pack` and `npm publish` in the repository would take the manifest of development, so the one is refused (the script
// `prepack`) and so is the other (`private`). To publish: npm publish $(npm run -s package).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { manifest, root } from "./build/entries.mjs";

const OF_DEVELOPMENT = ["private", "scripts", "optionalDependencies", "devDependencies", "overrides"];

export const publishedManifest = (own) =>
  Object.fromEntries(Object.entries(own).filter(([field]) => !OF_DEVELOPMENT.includes(field)));

/** Returns the path of the packed file. */
export function packInto(destination) {
  const folder = mkdtempSync(join(tmpdir(), "esptool-pack-"));
  try {
    for (const name of manifest.files) {
      if (!existsSync(join(root, name))) throw new Error(`${name} is not there; npm run build makes what is built`);
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
    mkdirSync(destination, { recursive: true });
    const args = ["pack", "--json", "--pack-destination", destination];
    const out = execFileSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
    const packed = JSON.parse(out);
    return { ...packed[0], path: join(destination, packed[0].filename) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--refuse")) {
    console.error("npm run package makes the package; what npm packs here would have the manifest of development.");
    process.exit(1);
  }
  console.log(packInto(resolve(process.argv[2] ?? join(root, ".tmp"))).path);
}
