import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
// @ts-expect-error A tool without types.
import { buildBinding } from "../../../tools/build/build-binding.mjs";
// @ts-expect-error A tool without types.
import { buildPrograms as build } from "../../../tools/build/build-programs.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface BuiltPrograms {
  /** A folder for whatever else a test needs. */
  readonly folder: string;
  /** The file to run with Node. */
  readonly path: (name: string) => string;
  remove(): void;
}

/** Modules to be had beside the programs: those that tests run, or import in processes of their own. */
const BESIDE = {
  "ask-thread": "test/support/crash/ask-thread.ts",
  interrupts: "src/cli/host/interrupts.ts",
  "show-all-help": "test/support/process/show-all-help.ts",
} as const;

const ofThisProcess = globalThis as typeof globalThis & { builtPrograms?: Promise<string> };
let count = 0;

/**
 * The executables as the source is now, built as they are published, for tests that need real processes. A process that runs many files
 * of tests builds them once.
 */
export async function buildPrograms(): Promise<BuiltPrograms> {
  ofThisProcess.builtPrograms ??= buildOnce();
  const dist = await ofThisProcess.builtPrograms;
  const folder = `${root}.tmp/programs-${process.pid}-${Date.now()}-${++count}`;
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    path: (name) => `${dist}${name in BESIDE ? "programs" : "bin"}/${name}.js`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function buildOnce(): Promise<string> {
  const dist = `${process.env["BUILT_FOLDER"]}${process.pid}/dist/`;
  await build({ dist, beside: BESIDE });
  await buildBinding({ root, dist });
  return dist;
}

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
