import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeHost } from "./node-host.ts";

const { files, onInterrupt } = nodeHost();
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
