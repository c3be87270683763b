import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledCode } from "./compiled-code.ts";
import { scriptLoader } from "./script-loader.ts";

const isWindows = process.platform === "win32";
const source = new TextEncoder().encode("exports.answer = 42;");
const compiled = Buffer.from("what V8 made of it");

let home = "";
const folder = (): string => join(home, ".cache", "esptool-ts", "code");
const onlyFile = (): string => {
  const [name, ...more] = readdirSync(folder());
  expect(more).toEqual([]);
  return join(folder(), String(name));
};
const code = (purpose = "read-mac"): NonNullable<ReturnType<typeof compiledCode>> => {
  const made = compiledCode(purpose);
  if (made === null) throw new Error("no place for code");
  return made;
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "esptool-code-"));
  vi.stubEnv("HOME", home);
  vi.stubEnv("XDG_CACHE_HOME", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe.skipIf(isWindows || process.platform === "darwin")("compiled code", () => {
  it("is kept for its owner alone and comes back as it was", () => {
    expect(code().recall("a.js", source)).toBeUndefined();
    code().keep("a.js", source, compiled);
    expect(code().recall("a.js", source)).toEqual({ code: compiled, isForThis: true });
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
  });

  it("is of one source alone, though another be as long", () => {
    code().keep("a.js", source, compiled);
    const other = source.slice();
    other[18] = (other[18] ?? 0) ^ 1;
    expect(code().recall("a.js", other)).toBeUndefined();
    expect(code().recall("b.js", source)).toBeUndefined();
  });

  it("is not used when any byte of it is another, or some are missing", () => {
    code().keep("a.js", source, compiled);
    const file = onlyFile();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x20;
      writeFileSync(file, damaged);
      expect(code().recall("a.js", source), `byte ${at}`).toBeUndefined();
      writeFileSync(file, whole.subarray(0, at));
      expect(code().recall("a.js", source), `cut at ${at}`).toBeUndefined();
    }
    writeFileSync(file, whole);
    expect(code().recall("a.js", source)).toEqual({ code: compiled, isForThis: true });
  });

  it("is not used where somebody else can write", () => {
    code().keep("a.js", source, compiled);
    const file = onlyFile();
    chmodSync(file, 0o620);
    expect(code().recall("a.js", source)).toBeUndefined();
    chmodSync(file, 0o600);
    chmodSync(folder(), 0o702);
    expect(code().recall("a.js", source)).toBeUndefined();
    code().keep("b.js", source, compiled);
    expect(readdirSync(folder())).toHaveLength(1);
    chmodSync(folder(), 0o700);
    expect(code().recall("a.js", source)).toEqual({ code: compiled, isForThis: true });
  });

  it("has no place in the home of somebody else", () => {
    vi.spyOn(process as { getuid: () => number }, "getuid").mockReturnValue(4321);
    expect(compiledCode("read-mac")).toBeNull();
    vi.restoreAllMocks();
    vi.stubEnv("HOME", join(home, "missing"));
    expect(compiledCode("read-mac")).toBeNull();
  });

  it("does without where nothing can be kept", () => {
    mkdirSync(join(home, ".cache"));
    writeFileSync(join(home, ".cache", "esptool-ts"), "a file");
    code().keep("a.js", source, compiled);
    expect(code().recall("a.js", source)).toBeUndefined();
  });

  it("knows for which purposes it was made, and loses none", () => {
    code("read-mac").keep("a.js", source, compiled);
    expect(code("write-flash").recall("a.js", source)).toEqual({ code: compiled, isForThis: false });
    const writing = code("write-flash");
    writing.recall("a.js", source);
    writing.keep("a.js", source, compiled);
    for (const purpose of ["write-flash", "read-mac"])
      expect(code(purpose).recall("a.js", source)).toEqual({ code: compiled, isForThis: true });
  });

  it("does not grow without end", () => {
    const kept = code();
    for (let index = 0; index < 450; index++) kept.keep(`${index}.js`, source, compiled);
    expect(readdirSync(folder()).length).toBeLessThanOrEqual(400);
    expect(kept.recall("449.js", source)).toEqual({ code: compiled, isForThis: true });
  });
});

describe.skipIf(isWindows || process.platform === "darwin")("files of a program", () => {
  const program = (): string => join(home, "program");
  beforeEach(() => {
    mkdirSync(program());
    writeFileSync(
      join(program(), "main.js"),
      'const other = require("./other.js"); exports.sum = () => other.one + 1;',
    );
    writeFileSync(join(program(), "other.js"), 'exports.one = 1; exports.join = () => require("node:path").sep;');
  });
  const run = (): unknown => {
    const { load, keepCompiled } = scriptLoader(program(), code());
    const { sum } = load("./main.js") as { sum: () => unknown };
    const { join: joined } = load("./other.js") as { join: () => unknown };
    expect(joined()).toBe("/");
    const result = sum();
    keepCompiled();
    return result;
  };

  it("load each other, and run the same from kept code", () => {
    expect(run()).toBe(2);
    expect(readdirSync(folder())).toHaveLength(2);
    expect(run()).toBe(2);
  });

  it("really run what was kept: code of another source is seen to run", () => {
    const name = "other.js";
    const text = readFileSync(join(program(), name), "utf8");
    const wrapped = `(function(exports,require,module,__filename,__dirname){${text.replace("= 1", "= 7")}\n})`;
    const made = new Script(wrapped, { filename: join(program(), name) });
    made.runInThisContext();
    code().keep(name, Buffer.from(text), made.createCachedData());
    expect(run()).toBe(8);
  });

  it("are kept anew once for each purpose, and not again", () => {
    run();
    const sizes = () => readdirSync(folder()).map((name) => statSync(join(folder(), name)).ino);
    const first = sizes();
    run();
    expect(sizes()).toEqual(first);
    const { load, keepCompiled } = scriptLoader(program(), code("another"));
    load("./main.js");
    keepCompiled();
    expect(sizes()).not.toEqual(first);
  });

  it("say what they say in any characters, also from kept code", () => {
    writeFileSync(join(program(), "words.js"), 'exports.words = "caf\u00e9 \u2615 \u{1f50c}";');
    for (let round = 0; round < 3; round++) {
      const { load, keepCompiled } = scriptLoader(program(), code());
      expect(load("./words.js")).toEqual({ words: "caf\u00e9 \u2615 \u{1f50c}" });
      keepCompiled();
    }
  });

  it("are each their own, though all are read into the same memory", () => {
    const names = ["a", "b", "c"].map((name, index) => {
      const filler = `/* ${name.repeat(100_000 * index)} */`;
      writeFileSync(
        join(program(), `${name}.js`),
        `${filler}exports.tell = () => ["${name}", exports.tell.toString().length];`,
      );
      return `./${name}.js`;
    });
    const told = (): unknown[] => {
      const { load, keepCompiled } = scriptLoader(program(), code());
      const loaded = [...names, ...names].map((name) => (load(name) as { tell: () => unknown }).tell());
      keepCompiled();
      return loaded;
    };
    const expected = ["a", "b", "c", "a", "b", "c"].map((name) => [name, 43]);
    for (let round = 0; round < 3; round++) expect(told()).toEqual(expected);
  });

  it("get packages as Node gives them", () => {
    mkdirSync(join(home, "node_modules", "a-driver"), { recursive: true });
    writeFileSync(join(home, "node_modules", "a-driver", "index.js"), "exports.name = 'driver';");
    writeFileSync(join(program(), "uses.js"), 'exports.name = require("a-driver").name;');
    expect(scriptLoader(program(), code()).load("./uses.js")).toEqual({ name: "driver" });
  });

  it("have all of a module of Node where they take over its names, as a bundler does for `import * as`", () => {
    writeFileSync(
      join(program(), "all.js"),
      `const all = require("node:fs/promises");
      const copy = Object.create(Object.getPrototypeOf(all));
      for (const name of Object.getOwnPropertyNames(all))
        Object.defineProperty(copy, name, {
          get: () => all[name],
          enumerable: Object.getOwnPropertyDescriptor(all, name).enumerable,
        });
      exports.kinds = [typeof copy.stat, typeof copy.constants, "stat" in all, "none" in all];`,
    );
    expect(scriptLoader(program(), code()).load("./all.js")["kinds"]).toEqual(["function", "object", true, false]);
  });

  it("that were changed run as they are now", () => {
    expect(run()).toBe(2);
    writeFileSync(join(program(), "other.js"), 'exports.one = 5; exports.join = () => require("node:path").sep;');
    expect(run()).toBe(6);
    expect(run()).toBe(6);
  });
});
