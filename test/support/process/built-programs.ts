import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface BuiltPrograms {
  /** A folder for whatever else a test needs. */
  readonly folder: string;
  /** The file to run with Node. */
  readonly path: (name: string) => string;
  remove(): void;
}

export interface BuildOptions {
  /** Modules to be had beside the programs, by name: those that a test runs by itself. */
  readonly modules?: Readonly<Record<string, string>>;
}

/** The executables as they are in the source now, for tests that need real processes. */
export async function buildPrograms(
  names: readonly string[],
  { modules = {} }: BuildOptions = {},
): Promise<BuiltPrograms> {
  const folder = `${root}.tmp/programs-${process.pid}-${Date.now()}-${++count}`;
  mkdirSync(folder, { recursive: true });
  const bundle = await rolldown({
    cwd: root,
    input: { ...Object.fromEntries(names.map((name) => [name, `src/bin/${name}.ts`])), ...modules },
    preserveEntrySignatures: "allow-extension",
    external: [/^node:/, /^[a-z@][^:]*$/i],
    platform: "node",
  });
  await bundle.write({ dir: `${folder}/dist`, format: "esm" });
  return {
    folder,
    path: (name) => `${folder}/dist/${name}.js`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

let count = 0;

/** One module as it is in the source now, to be imported by another process; resolves with its file. */
export async function buildModule(source: string, folder: string): Promise<string> {
  const bundle = await rolldown({
    cwd: root,
    input: { module: source },
    external: [/^node:/, /^[a-z@][^:]*$/i],
    platform: "node",
  });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "built-module.mjs" });
  return `${folder}/built-module.mjs`;
}
