// Builds dist/: the doors and the executables, bundled with shared chunks (few files to load, so a short command starts
// fast), and the declarations beside them. The stubs stay chunks of their own, loaded only for their chip.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const doors = ["index", "image", "chips", "efuse", "secure", "virtual", "node", "web", "cli"];
const executables = ["esptool", "espefuse", "espsecure", "esp-rfc2217-server"];

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
  // Where a module is imported both ways it is not loaded apart, which is known and harmless.
  checks: { ineffectiveDynamicImport: false },
  // No facade chunks: one file less to load for each lazily imported module.
  preserveEntrySignatures: "allow-extension",
  // commander is bundled into the command line: loading its CommonJS files took longer than all of ours.
});
// Files cost more to load than their contents to parse: what is used together stands together. Stubs, commands and the
// virtual chips stay apart, because most runs do not need them.
// A group takes in what its modules import, unless a group of a higher priority has it.
const groups = [
  { name: "base", test: /src\/core\/(?:errors|host|clock)\.ts$/, priority: 6 },
  {
    name: "firmware",
    test: /src\/core\/(?:image|chip|bytes)\/(?!deflate)|node_modules\/@noble\/hashes\//,
    priority: 5,
  },
  // Reading and showing eFuses apart from planning and burning, which most runs do not.
  {
    name: "efuse",
    test: /src\/core\/efuse\/(?:adc-info|bits|block-errors|check-errors|closest-name|coding|custom-mac|dump|error-status|field|find-field|flash-voltage|hidden-bits|key-purposes|load-table|mac|read-efuses|reed-solomon|register-words|summarise|three-quarters|tables\/rows|types)/,
    priority: 4,
  },
  {
    name: "core",
    test: /src\/core\/(?!stub\/generated\/|efuse\/|secure\/)|node_modules\/pako\//,
    priority: 3,
  },
  // Signatures and ciphers are for espsecure and a part of espefuse only.
  { name: "secure", test: /src\/core\/secure\/|node_modules\/@noble\//, priority: 2 },
  { name: "burn", test: /src\/core\/efuse\/(?!tables\/)/, priority: 1 },
  // What every command line needs, whatever the command.
  {
    name: "cli",
    test: new RegExp(
      "src/(?:bin/run-executable|cli/(?:chip-of-line|closest-name|command-line|config-candidates|exit-codes|help-text|integers|json-output|" +
        "load-command|marker-sentence|node-host|numbers|process-stream|shown|stop-unseen|system-words|old-names|option-values|output|parse-values|port-filter|program|" +
        "render-error|run-program|run-cli|run-espefuse|run-espsecure|single-command|spi-connection-text|split-commands|spread-options|" +
        "style|version|programs/(?:esptool|espefuse|espsecure)|" +
        "spec/(?:[a-z]+/)?(?:global-options|command-table|chip-names)))\\.ts$",
    ),
    priority: 0,
  },
  {
    name: "espefuse",
    test: /src\/cli\/run\/(?:files|espefuse\/(?:open-virtual|register-lines|run-[a-z]+|summary))\.ts$/,
    priority: 0,
  },
  { name: "render", test: /src\/cli\/(?:render-(?!image)[a-z]+|render|terminal|progress-bar)\.ts$/, priority: 0 },
];
await bundle.write({
  codeSplitting: { groups, includeDependenciesRecursively: false },
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
const borrowed = ["@noble/ciphers", "@noble/curves", "@noble/hashes", "commander", "esptool-js", "pako"];
const licences = borrowed.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(`${root}node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, licences.join(`\n${"-".repeat(80)}\n\n`));

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [tsc, "-p", `${root}tsconfig.build.json`], { stdio: "inherit" });
process.exit(status ?? 1);
