// The programs, apart from the doors: bundled in few files and minified, because a short command is mostly loading. Stubs
// stay chunks of their own, loaded only for their chip.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { carriedBinding } from "./build-binding.mjs";
import { inputs, peers, programs, dist as published, root } from "./entries.mjs";
import { loadedTogether } from "./loaded-together.mjs";
import { plainExports } from "./plain-exports.mjs";
import { pureDeclarations } from "./pure-declarations.mjs";
import { throughDoors } from "./through-doors.mjs";

// What stands together besides what `loadedTogether` puts together: what few commands need, a file for each subject. Stubs and
// commands stay apart.
// A group takes in what its modules import, unless a group of a higher priority has it.
const groups = [
  {
    name: "firmware",
    test: /src\/(?:image\.ts$|core\/(?:image|chip|bytes|elf)\/)|node_modules\/@noble\/hashes\//,
    priority: 5,
  },
  // Reading and showing eFuses apart from planning and burning, which most runs do not.
  { name: "efuse", test: /src\/core\/efuse\/(?:table\/(?!chips\/esp)|value\/|coding\/|read\/|show\/)/, priority: 4 },
  { name: "backup", test: /src\/core\/flash-layout\/backup\//, priority: 4 },
  {
    name: "core",
    test: /src\/(?:index\.ts$|core\/(?!stub\/generated\/|efuse\/|secure\/|crash\/|debug-info\/|filesystem\/|bundle\/|nvs\/|manifest\/|install\/|inspect\/|improv\/))/,
    priority: 3,
  },
  { name: "crash", test: /src\/core\/(?:crash|debug-info)\//, priority: 2 },
  { name: "filesystem", test: /src\/core\/(?:filesystem)\//, priority: 2 },
  { name: "bundle", test: /src\/core\/(?:bundle|manifest)\//, priority: 2 },
  { name: "inspect", test: /src\/core\/inspect\//, priority: 2 },
  { name: "nvs", test: /src\/core\/(?:nvs)\//, priority: 2 },
  // Signatures and ciphers are for espsecure and a part of espefuse only.
  { name: "secure", test: /src\/core\/secure\/|node_modules\/@noble\//, priority: 2 },
  { name: "burn", test: /src\/core\/efuse\/(?:plan|burn)\//, priority: 1 },
];

/** What the programs load when they are launched; by their names in dist/programs. */
const LOADED = {
  "run-executable": "src/bin/run-executable.ts",
  "run-cli": "src/cli/run-cli.ts",
  "run-espefuse": "src/cli/run-espefuse.ts",
  "run-espsecure": "src/cli/run-espsecure.ts",
  "run-rfc2217-server": "src/cli/rfc2217-server/run-rfc2217-server.ts",
  // Started as a thread, from beside the chunk that does so.
  "decoding-thread-main": "src/bin/decoding-thread-main.ts",
};
const nameOf = (path) => path.replace(/^.*\/|\.ts$/g, "");

/** In the files that are run: what is imported of the program is got by `src/bin/program-files.ts`. */
const loadedByOurselves = {
  name: "loaded-by-ourselves",
  resolveId: (id) => (nameOf(id) in LOADED ? `\0program:${nameOf(id)}` : null),
  load: (id) => {
    if (!id.startsWith("\0program:")) return null;
    const name = id.slice("\0program:".length);
    const exported = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    return [
      `import { loadProgramFile } from "${root}src/bin/program-files.ts";`,
      `export const { ${exported} } = loadProgramFile("./${name}.js");`,
    ].join("\n");
  },
};

/** Text of ASCII characters alone is read faster, and takes half of the memory where one of them is beyond Latin-1. */
const inAscii = {
  name: "in-ascii",
  // After it was minified.
  generateBundle: (_, bundle) => {
    for (const file of Object.values(bundle)) if (file.type === "chunk") file.code = escaped(file.code);
  },
};
const escaped = (code) =>
  code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Below `dist`. `beside`: more modules to be had in dist/programs, by name. Resolves with the files that went in. */
export async function buildPrograms({ dist = published, beside = {} } = {}) {
  return [...(await buildLoaded(dist, beside)), ...(await buildLaunched(dist))];
}

async function buildLoaded(dist, beside) {
  const bundle = await rolldown({
    cwd: root,
    input: { ...LOADED, ...beside },
    // commander is built in, too: loading its CommonJS files took longer than all of ours.
    external: [/^node:/, ...peers],
    platform: "node",
    // Where a module is imported both ways it is not loaded apart, which is known and harmless.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    // No facade chunks: one file less to load for each lazily imported module.
    preserveEntrySignatures: "allow-extension",
    plugins: [pureDeclarations, throughDoors, carriedBinding, plainExports, inAscii],
  });
  const apart = await bundle.generate({ dir: dist, format: "esm", preserveModules: true });
  const together = loadedTogether(apart.output);
  const { output } = await bundle.write({
    codeSplitting: { groups: [...together, ...groups], includeDependenciesRecursively: false },
    dir: dist,
    // Node's loader of ES modules takes a millisecond a file, and takes no compiled code from us.
    format: "cjs",
    // Of the serial driver and of what users may have installed: all are CommonJS.
    dynamicImportInCjs: false,
    entryFileNames: "programs/[name].js",
    chunkFileNames: "programs/[name]-[hash].js",
    minify: true,
    comments: { annotation: false },
  });
  await bundle.close();
  writeFileSync(`${dist}programs/package.json`, '{ "type": "commonjs" }\n');
  refuseCircles(output);
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}

/** A CommonJS file in a circle sees what another has not made yet. Modules may be in circles, if they are in one file. */
function refuseCircles(output) {
  const imports = new Map(output.map((chunk) => [chunk.fileName, chunk.imports ?? []]));
  const open = [];
  const done = new Set();
  const visit = (file) => {
    if (open.includes(file))
      throw new Error(`Files load each other: ${[...open.slice(open.indexOf(file)), file].join(" > ")}`);
    if (done.has(file) || !imports.has(file)) return;
    open.push(file);
    for (const next of imports.get(file)) visit(next);
    open.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
}

/** The files that are run: CommonJS, because an answer is out before Node's loader of ES modules were up. */
async function buildLaunched(dist) {
  mkdirSync(`${dist}bin`, { recursive: true });
  writeFileSync(`${dist}bin/package.json`, '{ "type": "commonjs" }\n');
  const files = [];
  for (const name of programs) {
    const bundle = await rolldown({
      cwd: root,
      input: inputs([name]),
      external: [/^node:/],
      platform: "node",
      plugins: [loadedByOurselves],
    });
    const file = `${dist}${name}.js`;
    const { output } = await bundle.write({ file, format: "cjs", minify: true, codeSplitting: false });
    await bundle.close();
    const code = readFileSync(file, "utf8");
    if (!code.startsWith("#!")) writeFileSync(file, `#!/usr/bin/env node\n${code}`);
    chmodSync(file, 0o755);
    files.push(...output.flatMap(({ moduleIds = [] }) => moduleIds));
  }
  return files;
}
