import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type KeptPlace, pruneKept, writeKept } from "./kept-files.ts";
import { stateFolder } from "./state-folder.ts";
import { stateMemory } from "./state-memory.ts";

let home = "";
let folder = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "memory-"));
  folder = join(home, "state", "esptool-ts");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const kept = (name: string): string => join(folder, name);
const isWindows = process.platform === "win32";

describe("stateMemory", () => {
  it("gives back what was kept, in another run as well", async () => {
    await stateMemory({ folder }).keep("rates", "board-1", bytes("one"));
    await stateMemory({ folder }).keep("rates", "board-1", bytes("two"));
    await stateMemory({ folder }).keep("resets", "board-1", bytes("other"));
    expect(await stateMemory({ folder }).recall("rates", "board-1")).toEqual(bytes("two"));
    expect(await stateMemory({ folder }).recall("resets", "board-1")).toEqual(bytes("other"));
    expect(await stateMemory({ folder }).recall("rates", "board-2")).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(["rates~board-1", "resets~board-1"]);
  });

  it("forgets for no bytes, and what was never kept", async () => {
    const memory = stateMemory({ folder });
    await memory.keep("rates", "never", new Uint8Array(0));
    await memory.keep("rates", "a", bytes("one"));
    await memory.keep("rates", "a", new Uint8Array(0));
    expect(await memory.recall("rates", "a")).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(isWindows)("is for its owner alone, a folder that was open to all as well", async () => {
    const umask = process.umask(0);
    try {
      await stateMemory({ folder }).keep("rates", "a", bytes("one"));
      expect([modeOf(folder), modeOf(kept("rates~a"))]).toEqual([0o700, 0o600]);
      chmodSync(folder, 0o777);
      chmodSync(kept("rates~a"), 0o644);
      await stateMemory({ folder }).keep("rates", "a", bytes("two"));
      expect([modeOf(folder), modeOf(kept("rates~a"))]).toEqual([0o700, 0o600]);
    } finally {
      process.umask(umask);
    }
  });

  it.skipIf(isWindows)("does not believe what everybody could write", async () => {
    const memory = stateMemory({ folder });
    await memory.keep("rates", "a", bytes("one"));
    chmodSync(kept("rates~a"), 0o622);
    expect(await memory.recall("rates", "a")).toBeUndefined();
  });

  it.skipIf(isWindows)("neither reads nor changes what is another user's", async () => {
    await stateMemory({ folder }).keep("rates", "a", bytes("mine"));
    const own = statSync(folder).uid;
    // The folder is one's own, what is in it is not.
    let asked = 0;
    const other = stateMemory({ folder, isOwn: (uid) => uid === own && asked++ % 2 === 0 });
    expect(await other.recall("rates", "a")).toBeUndefined();
    await other.keep("rates", "a", bytes("theirs"));
    expect(readFileSync(kept("rates~a"), "utf8")).toBe("mine");
    const none = stateMemory({ folder, isOwn: () => false });
    expect(await none.recall("rates", "a")).toBeUndefined();
    await none.keep("rates", "a", bytes("theirs"));
    await none.keep("rates", "a", new Uint8Array(0));
    expect(readFileSync(kept("rates~a"), "utf8")).toBe("mine");
  });

  it.skipIf(process.getuid?.() !== 0)("leaves nothing of the superuser's in another user's home", async () => {
    execFileSync("chown", ["65534", home]);
    await stateMemory({ folder }).keep("rates", "a", bytes("one"));
    expect(readdirSync(home)).toEqual([]);
  });

  it.skipIf(isWindows)("does not follow a link, and takes its place", async () => {
    const memory = stateMemory({ folder });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const elsewhere = join(home, "precious");
    writeFileSync(elsewhere, "precious", { mode: 0o600 });
    symlinkSync(elsewhere, kept("rates~a"));
    expect(await memory.recall("rates", "a")).toBeUndefined();
    await memory.keep("rates", "a", bytes("one"));
    expect(lstatSync(kept("rates~a")).isFile()).toBe(true);
    expect(readFileSync(elsewhere, "utf8")).toBe("precious");
    expect(await memory.recall("rates", "a")).toEqual(bytes("one"));
  });

  it.skipIf(isWindows)(
    "neither waits for a pipe nor stumbles over a folder or a link in the folder's place",
    async () => {
      const memory = stateMemory({ folder });
      mkdirSync(kept("rates~folder"), { recursive: true });
      execFileSync("mkfifo", [kept("rates~pipe")]);
      for (const key of ["folder", "pipe"]) expect(await memory.recall("rates", key)).toBeUndefined();
      await memory.keep("rates", "folder", bytes("one"));
      expect(await memory.recall("rates", "folder")).toBeUndefined();
      const link = join(home, "link");
      symlinkSync(folder, link);
      await stateMemory({ folder: link }).keep("rates", "b", bytes("one"));
      expect(readdirSync(folder).sort()).toEqual(["rates~folder", "rates~pipe"]);
    },
  );

  it("keeps nothing where it cannot write, and says nothing", async () => {
    writeFileSync(join(home, "file"), "");
    for (const path of [join(home, "file"), join(home, "file", "below"), "/proc/esptool-ts"]) {
      const memory = stateMemory({ folder: path });
      await memory.keep("rates", "a", bytes("one"));
      expect(await memory.recall("rates", "a")).toBeUndefined();
    }
    expect(readFileSync(join(home, "file"), "utf8")).toBe("");
  });

  it("does not read what is larger than anything it keeps", async () => {
    const memory = stateMemory({ folder });
    await memory.keep("rates", "a", bytes("one"));
    truncateSync(kept("rates~a"), 128 * 1024 * 1024 + 1);
    expect(await memory.recall("rates", "a")).toBeUndefined();
  });

  it("refuses what is no word or no bytes", async () => {
    const memory = stateMemory({ folder });
    for (const word of ["", "..", "../a", "a/b", "A", "a~b", "-a", "a.", "a".repeat(81), null]) {
      await expect(memory.recall(word as string, "a")).rejects.toMatchObject({ code: "argument.invalid" });
      await expect(memory.keep("a", word as string, bytes("1"))).rejects.toMatchObject({ code: "argument.invalid" });
    }
    await expect(memory.keep("a", "a", "text" as never)).rejects.toMatchObject({ code: "argument.invalid" });
  });

  it("leaves one of two values whole when two processes keep at once", async () => {
    const module = pathToFileURL(join(import.meta.dirname, "state-memory.ts")).href;
    const program = `
      const [folder, text] = process.argv.slice(-2);
      const { stateMemory } = await import(${JSON.stringify(module)});
      const value = new TextEncoder().encode(text.repeat(50_000));
      for (let round = 0; round < 20; round++) {
        await stateMemory({ folder }).keep("rates", "a", value);
        const found = await stateMemory({ folder }).recall("rates", "a");
        const said = new TextDecoder().decode(found);
        if (said !== "a".repeat(50_000) && said !== "b".repeat(50_000)) throw new Error("torn: " + said.length);
      }`;
    const runner = join(import.meta.dirname, "../../../tools/run-ts.mjs");
    const script = join(home, "keep.ts");
    writeFileSync(script, program);
    const run = promisify(execFile);
    await Promise.all(["a", "b"].map((text) => run(process.execPath, [runner, script, folder, text])));
    expect(readdirSync(folder)).toEqual(["rates~a"]);
  });
});

describe("the bounds of a topic", () => {
  const place = (bounds: Partial<KeptPlace["bounds"]>): KeptPlace => ({
    folder,
    isOwn: () => true,
    bounds: { things: 100, totalBytes: 1000, thingBytes: 1000, ...bounds },
  });

  async function keepFive(where: KeptPlace): Promise<void> {
    for (const [index, key] of ["e", "d", "c", "b", "a"].entries()) {
      await writeKept(where, `rates~${key}`, new Uint8Array(100));
      utimesSync(kept(`rates~${key}`), 1000 + index, 1000 + index);
    }
    await writeKept(where, "resets~old", new Uint8Array(100));
    utimesSync(kept("resets~old"), 1, 1);
  }

  it.each([
    ["how many", { things: 3 }],
    ["how large", { totalBytes: 350 }],
  ])("%s: the oldest go, and none of another topic", async (_what, bounds) => {
    const where = place(bounds);
    await keepFive(where);
    await pruneKept(where, "rates~");
    expect(readdirSync(folder).sort()).toEqual(["rates~a", "rates~b", "rates~c", "resets~old"]);
  });

  it("what was recalled counts as young", async () => {
    const memory = stateMemory({ folder });
    await memory.keep("rates", "a", bytes("one"));
    utimesSync(kept("rates~a"), 1000, 1000);
    await memory.recall("rates", "a");
    expect(statSync(kept("rates~a")).mtimeMs).toBeGreaterThan(2_000_000);
  });

  it("what an ended program was writing goes, when it is a day old", async () => {
    const where = place({});
    await keepFive(where);
    for (const name of [".esptool-00ff.tmp", ".esptool-11ff.tmp"]) writeFileSync(kept(name), "half");
    utimesSync(kept(".esptool-00ff.tmp"), 1000, 1000);
    await pruneKept(where, "rates~");
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([".esptool-11ff.tmp"]);
  });
});

describe("stateFolder", () => {
  it.each([
    ["linux", {}, "/home/me", "/home/me/.local/state/esptool-ts"],
    ["linux", { XDG_STATE_HOME: "/var/me" }, "/home/me", "/var/me/esptool-ts"],
    ["linux", { XDG_STATE_HOME: "relative" }, "/home/me", "/home/me/.local/state/esptool-ts"],
    ["linux", { XDG_STATE_HOME: "" }, "/home/me", "/home/me/.local/state/esptool-ts"],
    ["linux", {}, "", null],
    ["darwin", {}, "/Users/me", "/Users/me/Library/Application Support/esptool-ts"],
    ["win32", { LOCALAPPDATA: "D:\\Local" }, "C:\\Users\\me", "D:\\Local\\esptool-ts\\State"],
    ["win32", {}, "C:\\Users\\me", "C:\\Users\\me\\AppData\\Local\\esptool-ts\\State"],
  ] as const)("%s %j", (platform, env, home, expected) => {
    expect(stateFolder({ platform, env, home })).toBe(expected);
  });
});
