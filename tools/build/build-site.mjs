// The page as static files, for any file host and for `esptool web`: what is needed first in few files, the views and
// the chips' own parts when they are opened.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dist, root } from "./entries.mjs";
import { pureDeclarations } from "./pure-declarations.mjs";

const site = `${dist}site/`;

/** Resolves with the files that went in. Tests have a folder of their own. */
export async function buildSite(folder = site) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundle = await rolldown({
    cwd: root,
    input: { main: "site/main.ts" },
    platform: "browser",
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    plugins: [pureDeclarations],
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    // A host may tell browsers to keep these for ever: another content has another name.
    chunkFileNames: "parts/[name]-[hash].js",
    minify: true,
    comments: { annotation: false },
  });
  await bundle.close();
  for (const name of ["index.html", "page.css"]) copyFileSync(`${root}site/${name}`, join(folder, name));
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}
