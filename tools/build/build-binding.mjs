// The driver of serial ports as it is carried in the package: the JavaScript of @serialport/bindings-cpp in one file and,
// beside it, the compiled binaries that its makers publish for each platform. Nothing is compiled or run at installation.
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";

const BINDING = "@serialport/bindings-cpp";
const IMPORT = new RegExp(`(["'\`])${BINDING}\\1`, "g");
/** Below dist/. Its makers' code looks for `../prebuilds`. */
const FILE = "serial-binding/lib/index.cjs";

const MODULES = {
  entry: `export { autoDetect } from "${BINDING}";`,
  // What the binding writes for its own developers when DEBUG is set is left out, with the package that does it.
  debug: "export default () => () => {};",
};
const madeHere = {
  name: "made-here",
  resolveId: (id) => (id in MODULES ? `\0${id}` : null),
  load: (id) => MODULES[id.slice(1)] ?? null,
};

/** For the other builds: there it is a file beside their own. */
export const carriedBinding = {
  name: "carried-binding",
  resolveId: (id) => (id === BINDING ? { id: BINDING, external: true } : null),
  renderChunk: (code, { fileName }) =>
    code.replaceAll(IMPORT, `$1${"../".repeat(fileName.split("/").length - 1)}${FILE}$1`),
};

/** Resolves with the files that went in. */
export async function buildBinding({ root, dist }) {
  const require = createRequire(import.meta.url);
  const folder = dirname(dirname(require.resolve(BINDING)));
  const bundle = await rolldown({
    cwd: root,
    input: { index: "entry" },
    external: [/^node:/],
    platform: "node",
    plugins: [madeHere],
  });
  const { output } = await bundle.write({ file: join(dist, FILE), format: "cjs" });
  await bundle.close();
  cpSync(join(folder, "prebuilds"), join(dist, "serial-binding/prebuilds"), { recursive: true });
  // The binaries are compiled with the headers of this one.
  const headers = require.resolve("node-addon-api/package.json", { paths: [folder] });
  return [...output.flatMap(({ moduleIds = [] }) => moduleIds), headers];
}
