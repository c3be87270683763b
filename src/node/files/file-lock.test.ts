import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../test/support/port/ports.ts";
import { isEspError } from "../../core/errors.ts";
import { lockFile } from "./file-lock.ts";
import { holderHere, type LockHolder, writeHolder } from "./lock-holder.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-lock-"));
  path = join(folder, "a.bin");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Leaves a lock behind as another process would have. */
async function leave(change: Partial<LockHolder>): Promise<void> {
  await writeFile(`${path}.lock`, writeHolder({ ...holderHere("theirs"), ...change }));
}

/** A process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

const HAS_PROC = existsSync("/proc/self/stat");

describe("the lock of a file", () => {
  it("is had by one at a time, by whatever name, and leaves nothing behind", async () => {
    await writeFile(path, "");
    const link = join(folder, "link");
    await symlink(path, link);
    const unlock = await lockFile(path);
    expect(await codeOf(lockFile(link, { patienceMs: 0 }))).toBe("file.busy");
    await unlock();
    await (await lockFile(link, { patienceMs: 0 }))();
    await unlock();
    expect((await readdir(folder)).sort()).toEqual(["a.bin", "link"]);
  });

  it("is taken over from a process that has ended, by one of many", async () => {
    for (let round = 0; round < 5; round++) {
      await leave({ pid: deadPid(), start: null });
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        const unlock = await lockFile(path);
        most = Math.max(most, ++inside);
        await readFile(`${path}.lock`);
        inside--;
        await unlock();
      };
      await Promise.all(Array.from({ length: 12 }, work));
      expect(most).toBe(1);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("is taken over also from one who ended while taking it over", async () => {
    const pid = deadPid();
    await leave({ pid, start: null });
    await writeFile(`${path}.lock.takeover`, writeHolder({ ...holderHere("x"), pid, start: null }));
    await (await lockFile(path, { patienceMs: 0 }))();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(HAS_PROC)("is not taken for that of another process with the same number", async () => {
    await leave({ start: "before the last start of the system/1" });
    await (await lockFile(path, { patienceMs: 0 }))();
    await leave({});
    expect(await codeOf(lockFile(path, { patienceMs: 0 }))).toBe("file.busy");
  });

  it("is left to who cannot be asked after, with the file named that a person may delete", async () => {
    for (const text of [writeHolder({ ...holderHere("x"), pid: deadPid(), place: "elsewhere/1" }), "", "{}"]) {
      await writeFile(`${path}.lock`, text);
      const error = await lockFile(path, { patienceMs: 0 }).catch((thrown: unknown) => thrown);
      expect(isEspError(error, "file.busy") && error.hint).toContain(`${path}.lock`);
      expect(await readFile(`${path}.lock`, "utf8")).toBe(text);
    }
  });

  it("is not waited for after an abort", async () => {
    await leave({});
    const abort = new AbortController();
    const waiting = codeOf(lockFile(path, { signal: abort.signal }));
    abort.abort();
    expect(await waiting).toBe("operation.aborted");
    expect(await readdir(folder)).toEqual(["a.bin.lock"]);
  });

  it("is not needed for what is no file, nor refused without a folder in a system's words", async () => {
    await (await lockFile(folder))();
    expect(await codeOf(lockFile(join(folder, "no", "such")))).toBe("file.unwritable");
  });
});
