// The install button as one file to include: bundled and minified, with files of its own for what is loaded when it is pressed.
import { rolldown } from "rolldown";
import { root } from "./entries.mjs";
import { pureDeclarations } from "./pure-declarations.mjs";

/** Under its own name and the one that pages of ESP Web Tools have. */
const SCRIPT = `
import { defineInstallButton } from "${root}src/elements.ts";
defineInstallButton("esp-install-button");
defineInstallButton("esp-web-install-button");
`;
const script = {
  name: "the-script",
  resolveId: (id) => (id === "the-script" ? "\0the-script" : null),
  load: (id) => (id === "\0the-script" ? SCRIPT : null),
};

/** Resolves with the files that went in. */
export async function buildButton(dir) {
  const bundle = await rolldown({
    cwd: root,
    input: { "install-button": "the-script" },
    platform: "browser",
    // Where a module is imported both ways it is not loaded apart, which is known and harmless.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    plugins: [script, pureDeclarations],
  });
  const { output } = await bundle.write({
    dir,
    format: "esm",
    minify: true,
    comments: { annotation: false },
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  await bundle.close();
  return output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => !id.startsWith("\0"));
}
