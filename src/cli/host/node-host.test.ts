import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellSkipped } from "../../../test/support/skipping.ts";
import { nodeHost } from "./node-host.ts";

const { files, onInterrupt, stdin } = nodeHost();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "esptool-ts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the files of this computer", () => {
  it("are replaced in one step, and nothing is left behind", async () => {
    const path = join(folder, "a.bin");
    await files.writeAtomically(path, Uint8Array.of(1, 2, 3));
    await files.checkWritable(path);
    await files.writeAtomically(path, Uint8Array.of(4));
    expect([...(await files.read(path))]).toEqual([4]);
    expect(await readdir(folder)).toEqual(["a.bin"]);
  });

  it("keep the old content when writing fails, and say what the system said", async () => {
    await mkdir(join(folder, "kept"));
    await expect(files.writeAtomically(join(folder, "kept", "none", "x"), Uint8Array.of(1))).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect(await readdir(join(folder, "kept"))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("stay links, and stay closed to others", async () => {
    await writeFile(join(folder, "closed.bin"), "x", { mode: 0o600 });
    await symlink("closed.bin", join(folder, "link.bin"));
    await files.checkWritable(join(folder, "link.bin"));
    await files.writeAtomically(join(folder, "link.bin"), Uint8Array.of(5));
    expect((await lstat(join(folder, "link.bin"))).isSymbolicLink()).toBe(true);
    const { mode, size } = await lstat(join(folder, "closed.bin"));
    expect([mode & 0o777, size]).toEqual([0o600, 1]);
    await Promise.all(["closed.bin", "link.bin"].map((name) => rm(join(folder, name))));
  });

  it("are the same file where both would be, too", async () => {
    const none = join(folder, "none.bin");
    expect(await files.isSameFile(none, join(folder, ".", "none.bin"))).toBe(true);
    expect(await files.isSameFile(none, join(folder, "other.bin"))).toBe(false);
    expect(await files.isSameFile(none, folder)).toBe(false);
  });

  it("are checked before they are written", async () => {
    const path = join(folder, "b.bin");
    await files.checkWritable(path);
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(files.checkWritable(folder)).rejects.toMatchObject({ code: "EISDIR" });
    await expect(files.checkWritable(join(folder, "none", "x"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  // The superuser may write everywhere, and Windows knows no such mode.
  if (process.getuid?.() === 0)
    tellSkipped("what only a user without the superuser's rights meets: this is the superuser");
  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)("include some that are read-only", async () => {
    const path = join(folder, "c.bin");
    await writeFile(path, "x");
    await chmod(path, 0o400);
    await expect(files.checkWritable(path)).rejects.toMatchObject({ code: "EACCES" });
  });

  it.skipIf(process.platform === "win32")("include devices, which are written to directly", async () => {
    await files.checkWritable("/dev/null");
    await files.writeAtomically("/dev/null", Uint8Array.of(1));
  });
});

describe("Ctrl-C", () => {
  it("calls back until it is released", () => {
    let times = 0;
    const before = process.listenerCount("SIGINT");
    const release = onInterrupt(() => times++);
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    process.emit("SIGINT");
    release();
    expect(times).toBe(1);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});

describe("stdin", () => {
  const fake = (isTTY: boolean) => {
    const modes: boolean[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
    vi.spyOn(process, "stdin", "get").mockReturnValue(stream as unknown as typeof process.stdin);
    return { stream, modes };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("gives single keys of a terminal, which is put back at the end or when the program ends", async () => {
    const { stream, modes } = fake(true);
    const before = process.listenerCount("exit");
    const heard: string[] = [];
    const release = stdin.listen({ data: (bytes) => void heard.push(String.fromCharCode(...bytes)), end: () => {} });
    expect(modes).toEqual([true]);
    stream.write("a");
    await turn();
    expect(heard).toEqual(["a"]);
    const atExit = process.rawListeners("exit").at(-1) as () => void;
    atExit();
    expect(modes).toEqual([true, false]);
    release();
    expect(modes).toEqual([true, false, false]);
    expect(process.listenerCount("exit")).toBe(before);
    stream.write("b");
    await turn();
    expect(heard).toEqual(["a"]);
    expect(stream.isPaused()).toBe(true);
  });

  it("is read again by whoever asks next", async () => {
    const { stream } = fake(true);
    const heard: string[] = [];
    for (const key of ["a", "b"]) {
      const release = stdin.listen({ data: (bytes) => void heard.push(String.fromCharCode(...bytes)), end: () => {} });
      stream.write(key);
      await turn();
      release();
    }
    expect(heard).toEqual(["a", "b"]);
  });

  it("waits with what is piped in until the piece before is taken, and tells the end", async () => {
    const { stream, modes } = fake(false);
    const heard: string[] = [];
    let taken: () => void = () => {};
    const release = stdin.listen({
      data: (bytes) => {
        heard.push(String.fromCharCode(...bytes));
        return new Promise((resolve) => {
          taken = resolve;
        });
      },
      end: () => heard.push("end"),
    });
    stream.write("one");
    await turn();
    stream.end("two");
    await turn();
    expect(heard).toEqual(["one"]);
    for (let piece = 0; piece < 2; piece++) {
      taken();
      await turn();
      await turn();
    }
    expect(heard).toEqual(["one", "two", "end"]);
    expect(modes).toEqual([]);
    release();
  });
});
