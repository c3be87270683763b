// The types, rolled up: one file a door and one of what doors share, so that a type is the same whichever door it came
// through. Found in the sources, which declare their types in full (isolatedDeclarations).
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { doors, inputs, peers, root } from "./entries.mjs";

export const SHARED = "shared.d.ts";
/** Types of the language that older settings do not have; the bundler drops the line. */
const LIBRARY = '/// <reference lib="esnext.disposable" preserve="true" />\n';
const NEEDS_LIBRARY = /\bAsyncDisposable\b|Symbol\.asyncDispose\b/;

/** Writes `NAME.d.ts` for each door, and what they share. Resolves with the names of the files. */
export async function buildDeclarations(folder) {
  const bundle = await rolldown({
    cwd: root,
    input: inputs(doors),
    external: [/^node:/, /^@serialport\//, ...peers],
    platform: "node",
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    preserveEntrySignatures: "strict",
    plugins: [dts({ cwd: root, emitDtsOnly: true, oxc: true, tsconfig: false })],
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    minifyInternalExports: false,
    chunkFileNames: ({ name }) => (name.endsWith(".d") ? "[name].ts" : "code/[name].js"),
    codeSplitting: { groups: [{ name: "shared.d", test: /\/src\/[a-z0-9-]+\/.*\.ts$/, minShareCount: 2 }] },
  });
  await bundle.close();
  const isEmpty = ({ code }) => code.replace(/[\s{};]/g, "") === "export";
  const empty = output.filter(isEmpty).map(({ fileName }) => fileName);
  for (const fileName of empty) rmSync(join(folder, fileName));
  const files = output.filter((chunk) => !isEmpty(chunk)).map(({ fileName }) => fileName);
  for (const fileName of files) finish(join(folder, fileName), empty);
  return files;
}

/** Without the imports of what is empty, and with the line that the bundler dropped. */
function finish(file, empty) {
  const written = readFileSync(file, "utf8");
  const imports = new Set(empty.map((name) => `import "./${name.replace(/\.d\.ts$/, ".js")}";`));
  const code = written
    .split("\n")
    .filter((line) => !imports.has(line))
    .join("\n")
    .trim();
  writeFileSync(file, `${NEEDS_LIBRARY.test(code) ? LIBRARY : ""}${code}\n`);
}
