// Builds dist/: the doors and the executables, bundled with shared chunks (few files to load, so a short command starts
// fast), and the declarations beside them. The stubs stay chunks of their own, loaded only for their chip.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const doors = [
  "index",
  "image",
  "chips",
  "efuse",
  "secure",
  "nvs",
  "virtual",
  "node",
  "web",
  "compat",
  "cli",
  "port-conformance",
];
const programs = ["esptool", "espefuse", "espsecure", "esp-rfc2217-server"];
// Each also by its old name.
const executables = programs.flatMap((name) => [name, `${name}-py`]);

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
  { name: "base", test: /src\/core\/(?:(?:errors|plain-data|host|clock)\.ts$|check\/|bytes\/hex)/, priority: 6 },
  {
    name: "firmware",
    test: /src\/core\/(?:image|chip|bytes)\/(?!deflate)|node_modules\/@noble\/hashes\//,
    priority: 5,
  },
  // Reading and showing eFuses apart from planning and burning, which most runs do not.
  { name: "efuse", test: /src\/core\/efuse\/(?:table\/(?!chips\/esp)|value\/|coding\/|read\/|show\/)/, priority: 4 },
  // What an event says, for terminals: without what makes events.
  { name: "tell", test: /src\/core\/tell\//, priority: 4 },
  {
    name: "core",
    test: /src\/core\/(?!stub\/generated\/|efuse\/|secure\/)|node_modules\/pako\//,
    priority: 3,
  },
  // Signatures and ciphers are for espsecure and a part of espefuse only.
  { name: "secure", test: /src\/core\/secure\/|node_modules\/@noble\//, priority: 2 },
  { name: "burn", test: /src\/core\/efuse\/(?:plan|burn)\//, priority: 1 },
  // What every command line needs, whatever the command.
  {
    name: "cli",
    test: new RegExp(
      "src/(?:bin/run-executable|node/files/system-words|cli/(?:check-line|exit-codes|standard-files|version|run-[a-z]+|line/(?:meant/)?(?!argument-files|build-program|shell-words)[a-z0-9-]+|" +
        "help/help-text|config/config-candidates|host/(?:interrupts|node-host|process-stream|stoppable-host|system-words)|programs/(?:esptool|espefuse|espsecure|load-command|program|shared-options|single-command)|" +
        "show/(?:screen/[a-z-]+|held-output|remedy-words|harmless-event|harmless-text|json-output|marker-sentence|numbers|output|render-error|shown|stop-unseen|style|typed-options|work-record)|" +
        "spec/(?:[a-z]+/)?(?:common-options|global-options|command-table|chip-names)))\\.ts$",
    ),
    priority: 0,
  },
  {
    name: "espefuse",
    test: /src\/cli\/(?:host\/user-files|run\/efuse\/(?:efuse-file|open-virtual|register-lines|run-[a-z]+|table-of-chip|read\/summary))\.ts$/,
    priority: 0,
  },
  {
    name: "render",
    test: /src\/cli\/show\/(?:render\/(?!render-image|difference)|terminal|progress-bar)/,
    priority: 0,
  },
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
