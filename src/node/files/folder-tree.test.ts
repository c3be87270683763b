import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../test/support/port/ports.ts";
import { folderTree } from "./folder-tree.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "folder-tree-"));
  await mkdir(join(root, "inside/deep"), { recursive: true });
  await writeFile(join(root, "inside/a.bin"), "a");
  await writeFile(join(root, "secret"), "s");
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("a folder as a tree", () => {
  it("lists and reads what is in it, and what links in it lead to", async () => {
    await symlink("a.bin", join(root, "inside/link.bin"));
    await symlink("deep", join(root, "inside/way"));
    const tree = folderTree(join(root, "inside"));
    expect((await tree.list(""))?.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
      "a.bin file",
      "deep folder",
      "link.bin file",
      "way folder",
    ]);
    expect(await tree.read("link.bin")).toEqual(new Uint8Array([0x61]));
    expect(await tree.list("none")).toBeNull();
    expect(await tree.modifiedMs?.("a.bin")).toBeGreaterThan(0);
  });

  it("is not left, by links or dots", async () => {
    await symlink(join(root, "secret"), join(root, "inside/out.bin"));
    await symlink("..", join(root, "inside/up"));
    const tree = folderTree(join(root, "inside"));
    expect(await codeOf(tree.read("out.bin"))).toBe("bundle.outside");
    expect(await codeOf(tree.read("../secret"))).toBe("bundle.outside");
    expect(await codeOf(tree.read("up/secret"))).toBe("bundle.outside");
    expect(await tree.list("up")).toBeNull();
    expect(await tree.list("..")).toBeNull();
  });

  it("is not left when it is a link itself", async () => {
    await symlink("inside", join(root, "alias"));
    expect(await folderTree(join(root, "alias")).read("a.bin")).toEqual(new Uint8Array([0x61]));
  });
});
