// Shelf: how files of a built program are loaded, with what V8 made of them the last time.
// In: a folder of files, and where compiled code is kept.
// Out: their exports.

import { isAscii } from "node:buffer";
import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import type { CompiledCode } from "./compiled-code.ts";
import { readingRoom } from "./reading-room.ts";

export type Exports = Record<string, unknown>;
export type Require = (id: string) => Exports;
type Wrapped = (exports: Exports, require: Require, module: { exports: Exports }, file: string, folder: string) => void;

export interface ScriptLoader {
  /** `./NAME` of the folder, a module of Node's by `node:NAME`, or whatever else can be got from there. */
  readonly load: Require;
  /** Keeps what this run compiled, with what it found, of files that were not yet compiled for its purpose. */
  readonly keepCompiled: () => void;
}

const NODE_MODULE = /^node:/;

/** Loads CommonJS files of one folder, with the code that V8 made of them the last time. */
export function scriptLoader(folder: string, code: CompiledCode): ScriptLoader {
  const loaded = new Map<string, { exports: Exports }>();
  const fresh: { readonly name: string; readonly source: Buffer; readonly script: Script }[] = [];
  const load: Require = (id) => {
    const there = loaded.get(id);
    if (there !== undefined) return there.exports;
    if (NODE_MODULE.test(id)) return builtinWhenUsed(id);
    if (!id.startsWith("./")) return nodesOwnWay(folder)(id);
    const module = { exports: {} };
    loaded.set(id, module);
    const name = id.slice("./".length);
    const file = join(folder, name);
    const { wrapped, source } = readWrapped(file);
    const known = code.recall(name, source);
    const script = compile(file, wrapped, known?.code);
    if (known?.isForThis !== true || script.cachedDataRejected === true)
      fresh.push({ name, source: Buffer.from(source), script });
    (script.runInThisContext() as Wrapped)(module.exports, load, module, file, folder);
    return module.exports;
  };
  return {
    load,
    keepCompiled: () => {
      for (const { name, source, script } of fresh.splice(0)) code.keep(name, source, script.createCachedData());
    },
  };
}

// On the first line, so that lines of the file are its own.
const BEFORE = Buffer.from("(function(exports,require,module,__filename,__dirname){");
const BEHIND = Buffer.from("\n})");
const room = readingRoom();

/** What the file holds, and what is compiled of it: as bytes, because V8 would copy what is put together of strings. */
function readWrapped(path: string): { readonly wrapped: Buffer; readonly source: Buffer } {
  const file = openSync(path, "r");
  try {
    const [before, behind] = [BEFORE.length, BEHIND.length];
    const wrapped = room.read(file, fstatSync(file).size, { before, behind });
    const end = wrapped.length - behind;
    BEFORE.copy(wrapped, 0);
    BEHIND.copy(wrapped, end);
    return { wrapped, source: wrapped.subarray(before, end) };
  } finally {
    closeSync(file);
  }
}

function compile(filename: string, wrapped: Buffer, cachedData: Buffer | undefined): Script {
  // The build leaves ASCII characters alone, and what is said to be of one byte each is read faster.
  const text = wrapped.toString(isAscii(wrapped) ? "latin1" : "utf8");
  return new Script(text, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
}

/** As files of the folder get packages and all else. */
export function nodesOwnWay(folder: string): Require {
  return process.getBuiltinModule("node:module").createRequire(join(folder, "any.js")) as Require;
}

/** Many cost milliseconds to load, and most runs need few of them. */
function builtinWhenUsed(id: string): Exports {
  let module: Exports | undefined;
  const used = (): Exports => {
    module ??= process.getBuiltinModule(id) as unknown as Exports;
    return module;
  };
  // Who imports all of it asks for its names, and takes over those that are told.
  return new Proxy({} as Exports, {
    get: (_, name: string) => used()[name],
    has: (_, name) => Reflect.has(used(), name),
    ownKeys: () => Reflect.ownKeys(used()),
    getOwnPropertyDescriptor: (_, name) => {
      const known = Reflect.getOwnPropertyDescriptor(used(), name);
      return known === undefined ? undefined : { ...known, configurable: true };
    },
  });
}
