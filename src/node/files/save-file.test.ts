import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as real from "node:fs/promises";
import { chmod, chown, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildModule } from "../../../test/support/process/built-programs.ts";
import { rescueFile } from "./rescue-file.ts";
import { checkSavable, type SaveFileSystem, saveFile } from "./save-file.ts";

const IS_WINDOWS = process.platform === "win32";
const IS_ROOT = process.getuid?.() === 0;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "esptool-ts-save-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NEW = new TextEncoder().encode("new");
const at = (name: string): string => join(folder, name);
const textOf = async (name: string): Promise<string> => await readFile(at(name), "utf8");
const modeOf = async (name: string): Promise<number> => (await stat(at(name))).mode & 0o7777;
const failing = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

/** A check says the truth: what it lets pass can be saved, what it refuses cannot. */
async function saveChecked(name: string, options: Parameters<typeof saveFile>[2] = {}): Promise<void> {
  await checkSavable(at(name));
  await saveFile(at(name), NEW, options);
  expect(await textOf(name)).toBe("new");
}

describe.skipIf(IS_WINDOWS)("a new file", () => {
  it("is as the umask says, or its owner's alone", async () => {
    const before = process.umask(0o027);
    try {
      await saveChecked("shared");
      await saveChecked("private", { readers: "private" });
      await saveChecked("secret", { readers: "secret", onlyNew: true });
    } finally {
      process.umask(before);
    }
    expect(await Promise.all(["shared", "private", "secret"].map(modeOf))).toEqual([0o640, 0o600, 0o600]);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it("may have a name as long as the system allows", async () => {
    await saveChecked("n".repeat(255));
  });

  it("is made where a link says it should be", async () => {
    await mkdir(at("there"));
    await symlink("there/real", at("link"));
    await saveChecked("link");
    expect(await textOf("there/real")).toBe("new");
  });

  it.each(["", "x"])("is refused where there can be none: %j", async (name) => {
    const path = name === "" ? `${at("none")}/` : join(at("none"), name);
    await expect(checkSavable(path)).rejects.toMatchObject({ code: name === "" ? "EISDIR" : "ENOENT" });
    await expect(saveFile(path, NEW)).rejects.toThrow();
  });

  it("takes the place of none when it is to be the first", async () => {
    await writeFile(at("key"), "old");
    await expect(saveFile(at("key"), NEW, { onlyNew: true })).rejects.toMatchObject({ code: "EEXIST" });
    expect(await textOf("key")).toBe("old");
  });
});

describe.skipIf(IS_WINDOWS)("a file that is there", () => {
  it("keeps its mode, whatever the umask", async () => {
    await writeFile(at("open"), "a longer old text");
    await chmod(at("open"), 0o666);
    await writeFile(at("closed"), "old", { mode: 0o600 });
    await saveChecked("open");
    await saveChecked("closed");
    await saveChecked("closed", { readers: "private" });
    expect([await modeOf("open"), await modeOf("closed")]).toEqual([0o666, 0o600]);
    await saveChecked("open", { readers: "secret" });
    expect(await modeOf("open")).toBe(0o600);
  });

  it("keeps its other names", async () => {
    await writeFile(at("one"), "a longer old text");
    await link(at("one"), at("other"));
    await saveChecked("one");
    expect(await textOf("other")).toBe("new");
    expect((await stat(at("one"))).nlink).toBe(2);
  });

  it("is not under its other names a secret that nobody thought of", async () => {
    await writeFile(at("one"), "old");
    await link(at("one"), at("other"));
    await saveChecked("one", { readers: "secret" });
    expect(await textOf("other")).toBe("old");
  });

  it.skipIf(!IS_ROOT)("keeps its owner where that may be given", async () => {
    await writeFile(at("theirs"), "old");
    await chown(at("theirs"), 1234, 5678);
    await saveChecked("theirs");
    expect(await stat(at("theirs"))).toMatchObject({ uid: 1234, gid: 5678, nlink: 1 });
  });

  it.each(["EBUSY", "EXDEV", "EPERM", "EACCES"])("is written in place when renaming fails with %s", async (code) => {
    const system: SaveFileSystem = { ...real, rename: failing(code) };
    await writeFile(at("mounted"), "a longer old text", { mode: 0o640 });
    const { ino } = await stat(at("mounted"));
    await saveFile(at("mounted"), NEW, {}, system);
    expect(await textOf("mounted")).toBe("new");
    expect(await modeOf("mounted")).toBe(0o640);
    expect((await stat(at("mounted"))).ino).toBe(ino);
    await saveFile(at("mounted"), NEW, { readers: "secret" }, system);
    expect(await modeOf("mounted")).toBe(0o600);
    expect(await readdir(folder)).toEqual(["mounted"]);
  });

  it("stays as it was when there is no room, and nothing is left behind", async () => {
    const open: typeof real.open = async (path, flags, mode) => {
      const file = await real.open(path, flags, mode);
      if (flags === "wx") file.writeFile = failing("ENOSPC");
      return file;
    };
    await writeFile(at("kept"), "old");
    await expect(saveFile(at("kept"), NEW, {}, { ...real, open })).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await textOf("kept")).toBe("old");
    expect(await readdir(folder)).toEqual(["kept"]);
  });
});

const canMount = (): boolean => {
  if (IS_WINDOWS || !IS_ROOT) return false;
  const script = `set -e; d=$(mktemp -d); touch $d/a $d/b; mount --bind $d/a $d/b; umount $d/b; rm -r $d`;
  return spawnSync("sh", ["-c", script]).status === 0;
};
const CAN_MOUNT = canMount();

it.skipIf(!CAN_MOUNT)(
  "a file that is mounted over another (where mounting is allowed) is written in place",
  async () => {
    await writeFile(at("real"), "a longer old text");
    await writeFile(at("mounted"), "");
    expect(spawnSync("mount", ["--bind", at("real"), at("mounted")]).status).toBe(0);
    try {
      await saveChecked("mounted");
      expect(await textOf("real")).toBe("new");
      expect((await readdir(folder)).sort()).toEqual(["mounted", "real"]);
    } finally {
      spawnSync("umount", [at("mounted")]);
    }
  },
);

/** Whom the system calls nobody; the superuser may write everywhere. */
const NOBODY = 65_534;

/** A Node below a folder that is closed to others (the superuser's home, a private copy) cannot be run by them. */
const CAN_RUN_AS_NOBODY =
  IS_ROOT && spawnSync(process.execPath, ["-e", "0"], { uid: NOBODY, gid: NOBODY, cwd: "/" }).status === 0;

describe.skipIf(!CAN_RUN_AS_NOBODY)("another user (whom only the superuser can become, and who can run Node)", () => {
  /** Checks, saves, and says how both ended. */
  const saveAsNobody = async (path: string, options: object = {}): Promise<unknown> => {
    const built = await buildModule("src/node/files/save-file.ts", folder);
    await chmod(folder, 0o755);
    const script = `
      const { checkSavable, saveFile } = await import(${JSON.stringify(built)});
      const how = (work) => work.then(() => "ok", (error) => error.code);
      const path = ${JSON.stringify(path)};
      const checked = await how(checkSavable(path));
      const saved = await how(saveFile(path, new TextEncoder().encode("new"), ${JSON.stringify(options)}));
      console.log(JSON.stringify([checked, saved]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: "/",
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };

  it("writes a file in place whose folder takes no new ones", async () => {
    await writeFile(at("theirs"), "a longer old text");
    await chown(at("theirs"), NOBODY, NOBODY);
    expect(await saveAsNobody(at("theirs"))).toEqual(["ok", "ok"]);
    expect(await textOf("theirs")).toBe("new");
    expect(await saveAsNobody(at("other"))).toEqual(["EACCES", "EACCES"]);
  });

  it("writes a file in place that belongs to somebody else, also in a sticky folder", async () => {
    for (const [name, mode] of [
      ["common", 0o777],
      ["sticky", 0o1777],
    ] as const) {
      await mkdir(at(name));
      await chmod(at(name), mode);
      const file = `${name}/file`;
      await writeFile(at(file), "a longer old text");
      await chmod(at(file), 0o666);
      expect(await saveAsNobody(at(file)), name).toEqual(["ok", "ok"]);
      expect(await textOf(file)).toBe("new");
      expect(await stat(at(file)), name).toMatchObject({ uid: 0, gid: 0 });
      expect(await readdir(at(name)), name).toEqual(["file"]);
    }
  });

  it("is refused a file that it may not write, and keeps no secret where others can read", async () => {
    await mkdir(at("common"));
    await chmod(at("common"), 0o777);
    await writeFile(at("common/closed"), "old", { mode: 0o644 });
    await chown(at("common/closed"), NOBODY, NOBODY);
    await chmod(at("common/closed"), 0o444);
    expect((await saveAsNobody(at("common/closed"))) as string[]).toContain("EACCES");
    // It is somebody else's, and cannot be replaced.
    await writeFile(at("open"), "old");
    await chmod(at("open"), 0o666);
    expect(await saveAsNobody(at("open"), { readers: "secret" })).toEqual(["ok", "EPERM"]);
    expect(await textOf("open")).toBe("old");
  });
});

describe("what cannot be saved", () => {
  it("is kept beside its place, or where there is room", async () => {
    const beside = await rescueFile(at("a.bin"), NEW);
    expect(beside?.startsWith(`${at("a.bin")}.`)).toBe(true);
    const elsewhere = (await rescueFile(join(at("none"), "b.bin"), NEW)) ?? "";
    expect(elsewhere.startsWith(join(tmpdir(), "b.bin."))).toBe(true);
    for (const place of [beside ?? "", elsewhere]) {
      expect(await readFile(place, "utf8")).toBe("new");
      if (!IS_WINDOWS) expect((await stat(place)).mode & 0o777).toBe(0o600);
    }
    await rm(elsewhere);
    expect(existsSync(elsewhere)).toBe(false);
  });
});
