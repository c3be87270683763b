// The installed package through Vite and esbuild: what a page and a worker import is bundled without a word of Node, runs,
// and what is not used is left out.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";

/** A page's program on a virtual chip, so that what came out of the bundler can be run. */
const PROGRAM = `import { connect, disconnect, writeFlash } from "esptool-ts";
import { parseImage } from "esptool-ts/image";
import { virtualChip } from "esptool-ts/virtual";
import { knownPorts } from "esptool-ts/web";
const session = await connect(virtualChip("esp32c3").port);
const { files } = await writeFlash(session, [{ address: 0x10000, data: new Uint8Array(5000).fill(7) }]);
await disconnect(session);
console.log(session.chip.id, files.length, typeof parseImage, typeof knownPorts);
`;
const SAYS = "esp32c3 1 function function\n";
/** Importing and using nothing. */
const UNUSED = (doors) => doors.map((door) => `import "${door}";`).join("\n");

async function withEsbuild(entry, folder) {
  await esbuild({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    outExtension: { ".js": ".mjs" },
    minify: true,
    logLevel: "error",
    logLimit: 0,
  });
}

async function withVite(entry, folder) {
  const warnings = [];
  await vite({
    root: join(entry, ".."),
    configFile: false,
    logLevel: "silent",
    build: {
      target: "esnext",
      // The program is run without a page: there is no document to preload what it imports later.
      modulePreload: false,
      outDir: folder,
      emptyOutDir: true,
      rollupOptions: {
        input: entry,
        output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
        onwarn: ({ message }) => warnings.push(message),
      },
    },
  });
  if (warnings.length > 0) throw new Error(`Vite warns:\n${warnings.join("\n")}`);
}

const codeIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

/** Throws where a bundler fails. `doors`: those for browsers, as they are imported. */
export async function checkBundlers({ place, doors }) {
  const source = join(place, "bundlers");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "program.mjs"), PROGRAM);
  // The elements load the reading of crashes later: with both doors in one program esbuild keeps the names of the files that they share.
  const apart = doors.filter((door) => door.endsWith("/elements"));
  const unused = { unused: doors.filter((door) => !apart.includes(door)), elements: apart };
  for (const [name, some] of Object.entries(unused)) writeFileSync(join(source, `${name}.mjs`), UNUSED(some));
  for (const [name, bundle] of Object.entries({ esbuild: withEsbuild, vite: withVite })) {
    const folder = join(source, name);
    await bundle(join(source, "program.mjs"), folder);
    if (/["'`]node:/.test(codeIn(folder))) throw new Error(`${name}: the bundle of a page imports something of Node`);
    const out = execFileSync(process.execPath, [join(folder, "program.mjs")], { encoding: "utf8" });
    if (out !== SAYS) throw new Error(`${name}: the bundled program says ${JSON.stringify(out)}`);
    for (const one of Object.keys(unused)) {
      await bundle(join(source, `${one}.mjs`), `${folder}-${one}`);
      // Files of what would be loaded later may lie beside it; nothing leads there.
      const left = readFileSync(`${folder}-${one}/${one}.mjs`, "utf8").replace(/\s/g, "");
      if (left.length > 0) throw new Error(`${name}: what is not used is left in: ${left.slice(0, 200)}`);
    }
  }
}
