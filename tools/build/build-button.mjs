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

/** What a page says whose browser gives no ports: never loaded beside the dialog, so it shares no files with that. */
const APART = "src/web/elements/dialog/no-ports.ts";

const elsewhere = (name) => ({
  name: "elsewhere",
  resolveId: (id) => (id.endsWith("/no-ports.ts") ? { id: `./${name}`, external: true } : null),
});

/** Resolves with the files that went in. */
export async function buildButton(dir) {
  const apart = await bundle(dir, {
    input: { "no-ports": APART },
    plugins: [],
    entryFileNames: "[name]-[hash].js",
    groupsOf: () => [],
  });
  const { fileName } = apart.find(({ isEntry }) => isEntry);
  const button = await bundle(dir, {
    input: { "install-button": "the-script" },
    plugins: [script, elsewhere(fileName)],
    entryFileNames: "[name].js",
    groupsOf: (output) => [dialogGroup(output)],
  });
  return [...apart, ...button].flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => !id.startsWith("\0"));
}

/**
 * All that the dialog cannot do without, in one file: whatever else is loaded is loaded by it, so nothing of it is loaded in vain,
 * and it is compressed together.
 */
function dialogGroup(output) {
  const chunks = new Set([output.find(({ name }) => name === "install-dialog")]);
  for (const { imports } of chunks)
    for (const file of imports) chunks.add(output.find((chunk) => chunk.fileName === file));
  const modules = new Set([...chunks].flatMap(({ moduleIds }) => moduleIds));
  return { name: "install-dialog", test: (id) => modules.has(id) };
}

/** `groupsOf` is asked when it is known how the modules would be divided by themselves. */
async function bundle(dir, { input, plugins, entryFileNames, groupsOf }) {
  const made = await rolldown({
    cwd: root,
    input,
    platform: "browser",
    // Where a module is imported both ways it is not loaded apart, which is known and harmless.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    // No facade: the dialog is loaded from the file that it stands in.
    preserveEntrySignatures: "allow-extension",
    plugins: [...plugins, pureDeclarations],
  });
  const groups = groupsOf((await made.generate({ format: "esm" })).output);
  const { output } = await made.write({
    dir,
    format: "esm",
    ...(groups.length > 0 && { codeSplitting: { groups, includeDependenciesRecursively: false } }),
    minify: true,
    comments: { annotation: false },
    entryFileNames,
    chunkFileNames: "[name]-[hash].js",
  });
  await made.close();
  return output;
}
