import { basename, join } from "node:path";
import { compiledCode } from "./load/compiled-code.ts";
import { type Exports, nodesOwnWay, type Require, scriptLoader } from "./load/script-loader.ts";

/** The built program's; each is a CommonJS file. */
const folder = join(import.meta.dirname, "..", "programs");

let require: Require | undefined;

/** The exports of a file of the built program. The first call decides for the process how files are loaded. */
export function loadProgramFile(id: string): Exports {
  require ??= chosenWay();
  return require(id);
}

/** The program and, most often, its command; of wrong lines whatever word comes first. */
function purpose(): string {
  const [, program = "", ...words] = process.argv;
  return `${basename(program)} ${words.find((word) => /^[a-z][a-z0-9-]*$/.test(word)) ?? ""}`;
}

/**
 * By ourselves, with compiled code from the last time; as Node does it where its user has said where code is kept, where none is to
 * be kept, or where this is another engine.
 */
function chosenWay(): Require {
  const { env, versions } = process;
  const isOtherEngine = "bun" in versions || "deno" in versions;
  const code =
    isOtherEngine || env["NODE_COMPILE_CACHE"] || env["NODE_DISABLE_COMPILE_CACHE"] ? null : compiledCode(purpose());
  if (code === null) return nodesOwnWay(folder);
  const { load, keepCompiled } = scriptLoader(folder, code);
  // At the end, when all functions that this run needed are compiled.
  process.once("exit", keepCompiled);
  return load;
}
