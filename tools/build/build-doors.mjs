// The doors as others build on them: one file a module, with its comments and names, so that a bundler takes what is used
// and a debugger shows what was written.
import { rolldown } from "rolldown";
import { carriedBinding } from "./build-binding.mjs";
import { dist, doors, inputs, peers, root } from "./entries.mjs";
import { pureDeclarations } from "./pure-declarations.mjs";

/** npm packs no folder called node_modules. */
const fileOf = ({ name }) => `${name.replace(/^(?:\.\.\/)?node_modules\//, "third-party/")}.js`;

/** Resolves with the files that went in. */
export async function buildDoors() {
  const bundle = await rolldown({
    cwd: root,
    input: inputs(doors),
    external: [/^node:/, ...peers],
    // Only the command line needs anything of Node; the check of the package sees to it that the other doors do not.
    platform: "node",
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    plugins: [pureDeclarations, carriedBinding],
  });
  const { output } = await bundle.write({
    dir: dist,
    format: "esm",
    preserveModules: true,
    preserveModulesRoot: `${root}src`,
    entryFileNames: fileOf,
  });
  await bundle.close();
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}
