import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isOthers, isOthersFile } from "./file-owner.ts";

const USER = 1000;
const STRANGER = 1001;
const HOME = { uid: USER, mode: 0o40755 };
const TEMPORARY = { uid: 0, mode: 0o41777 };

describe("a file whose content others can decide", () => {
  it.each([
    ["the user's own", { uid: USER, mode: 0o100644 }, HOME, false],
    ["the superuser's", { uid: 0, mode: 0o100644 }, HOME, false],
    ["a stranger's", { uid: STRANGER, mode: 0o100644 }, HOME, true],
    ["one that all may write to", { uid: USER, mode: 0o100646 }, HOME, true],
    ["the user's own in /tmp", { uid: USER, mode: 0o100644 }, TEMPORARY, false],
    ["a stranger's in /tmp", { uid: STRANGER, mode: 0o100644 }, TEMPORARY, true],
    ["one in a directory where all may exchange it", { uid: USER, mode: 0o100644 }, { uid: USER, mode: 0o40777 }, true],
  ] as const)("is %s: %s", (_what, file, directory, answer) => {
    expect(isOthers(file, directory, [USER])).toBe(answer);
  });

  it.skipIf(process.platform === "win32")("is found out on the disk, through links, too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "esptool-ts-"));
    try {
      const own = join(folder, "own.cfg");
      await writeFile(own, "");
      expect(await isOthersFile(own)).toBe(false);
      await mkdir(join(folder, "open"));
      await writeFile(join(folder, "open", "file"), "", { mode: 0o666 });
      await chmod(join(folder, "open", "file"), 0o666);
      await symlink(join("open", "file"), join(folder, "link.cfg"));
      expect(await isOthersFile(join(folder, "link.cfg"))).toBe(true);
      await chmod(join(folder, "open", "file"), 0o644);
      expect(await isOthersFile(join(folder, "link.cfg"))).toBe(false);
      await chmod(folder, 0o777);
      expect(await isOthersFile(own)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
