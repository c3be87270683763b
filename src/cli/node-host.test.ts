import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
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

  it("are checked before they are written", async () => {
    const path = join(folder, "b.bin");
    await files.checkWritable(path);
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(files.checkWritable(folder)).rejects.toMatchObject({ code: "EISDIR" });
    await expect(files.checkWritable(join(folder, "none", "x"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  // The superuser may write everywhere, and Windows knows no such mode.
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
