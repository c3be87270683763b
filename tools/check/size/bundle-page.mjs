// A page as its author builds it: one entry that imports of the doors, minified, with files of their own for what is loaded on
// demand.
import { relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export const COMMAND = "esbuild --bundle --splitting --format=esm --minify --target=es2022, then gzip -9 of each file";

/** Resolves with the files: name, bytes compressed, modules of dist/ in it, and the files that it cannot do without. */
export async function bundlePage({ dist, imports, outdir }) {
  const lines = Object.entries(imports).map(([door, names]) => `export { ${names.join(", ")} } from "./${door}.js";`);
  const { metafile, outputFiles } = await build({
    stdin: { contents: lines.join("\n"), resolveDir: dist, sourcefile: "the-page.js" },
    absWorkingDir: dist,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const contents = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const nameOf = (path) => relative(outdir, resolve(dist, path));
  const files = Object.entries(metafile.outputs).map(([path, output]) => ({
    name: nameOf(path),
    contents: contents.get(resolve(dist, path)),
    sizeBytes: gzipSync(contents.get(resolve(dist, path)), { level: 9 }).length,
    modules: Object.keys(output.inputs),
    needs: output.imports.filter(({ kind }) => kind === "import-statement").map((target) => nameOf(target.path)),
    isEntry: output.entryPoint?.endsWith("the-page.js") ?? false,
  }));
  return files;
}
