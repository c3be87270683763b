import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { nodeHost } from "../../src/cli/host/node-host.ts";
import { testCliHost } from "../support/cli-host.ts";
import { type EspsecureRun, espsecureOn } from "../support/secure/espsecure-line.ts";
import { freshKey, pem } from "../support/secure/signing-keys.ts";

/** Espsecure with the files of this computer: who may read them, what stays when something fails. */

const root = mkdtempSync(join(tmpdir(), "espsecure-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const key = pem(freshKey("prime256v1"), "pkcs8");
const app = new Uint8Array(5000).fill(7);
let folder = "";
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
  mkdirSync(folder);
  writeFileSync(join(folder, "key.pem"), key);
  writeFileSync(join(folder, "app.bin"), app);
});

const at = (name: string): string => join(folder, name);
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777;

/** `{}` before a name stands for the folder. */
async function run(line: string): Promise<EspsecureRun> {
  const host = { ...testCliHost(), files: nodeHost().files };
  return await espsecureOn(host, line.replaceAll("{}", `${folder}/`));
}

describe.skipIf(process.platform === "win32")("secrets on this computer", () => {
  it.each([
    "generate-signing-key {}secret",
    "generate-flash-encryption-key {}secret",
    "digest-private-key -k {}key.pem {}secret",
  ])("may be read by their owner only, and take the place of nothing: %s", async (line) => {
    expect((await run(line)).code).toBe(0);
    expect(modeOf("secret")).toBe(0o600);
    const first = readFileSync(at("secret"));
    const again = await run(line);
    expect([again.code, again.failure]).toEqual([2, "file.exists"]);
    expect(readFileSync(at("secret"))).toEqual(first);
    chmodSync(at("secret"), 0o644);
    expect((await run(`${line} --force`)).code).toBe(0);
    expect(modeOf("secret")).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(["app.bin", "key.pem", "secret"]);
  });

  it("take the place of an empty file, which then is theirs", async () => {
    writeFileSync(at("secret"), "", { mode: 0o644 });
    expect((await run("generate-flash-encryption-key {}secret")).code).toBe(0);
    expect([modeOf("secret"), statSync(at("secret")).size]).toEqual([0o600, 32]);
  });

  it("are made by one of several that try at once", async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, () => run("generate-flash-encryption-key {}secret")));
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2, 2, 2, 2, 2]);
    expect(readdirSync(folder).sort()).toEqual(["app.bin", "key.pem", "secret"]);
  });

  it("go where there is a place for them", async () => {
    const failed = await run("generate-flash-encryption-key {}none/secret");
    expect([failed.code, failed.failure]).toEqual([2, "file.unwritable"]);
    mkdirSync(at("folder"));
    expect((await run("generate-flash-encryption-key --force {}folder")).failure).toBe("file.unwritable");
    expect((await run("generate-flash-encryption-key /dev/null")).code).toBe(0);
  });
});

describe.skipIf(process.platform === "win32")("input and output", () => {
  it.each([
    ["the same name", "key.pem", () => {}],
    ["another way to it", "../other/../X/key.pem", () => {}],
    ["a symbolic link", "link", () => symlinkSync("key.pem", at("link"))],
    ["a link in a linked folder", "here/key.pem", () => symlinkSync(".", at("here"))],
    ["a hard link", "link", () => linkSync(at("key.pem"), at("link"))],
  ])("are not the same file: %s", async (_what, name, prepare) => {
    prepare();
    mkdirSync(join(root, "other"), { recursive: true });
    const output = name.replace("X", folder.split("/").at(-1) ?? "");
    for (const line of [
      `extract-public-key -v 2 -k {}key.pem {}${output}`,
      `digest-private-key --force -k {}key.pem {}${output}`,
    ]) {
      const refused = await run(line);
      expect([refused.code, refused.failure]).toEqual([2, "argument.conflict"]);
      expect(refused.err).toContain("should not be the same!");
    }
    expect(new Uint8Array(readFileSync(at("key.pem")))).toEqual(key);
  });

  it("may be two files of one content", async () => {
    writeFileSync(at("copy.pem"), key);
    expect((await run("extract-public-key -v 2 -k {}key.pem {}copy.pem")).code).toBe(0);
  });
});

describe.skipIf(process.platform === "win32")("signing in place", () => {
  it("keeps a link a link, and who may read the file", async () => {
    chmodSync(at("app.bin"), 0o640);
    mkdirSync(at("links"));
    symlinkSync("../app.bin", at("links/app"));
    expect((await run("sign-data -v 2 -k {}key.pem {}links/app")).code).toBe(0);
    expect(readdirSync(at("links"))).toEqual(["app"]);
    expect([modeOf("app.bin"), statSync(at("app.bin")).size]).toEqual([0o640, 8192 + 4096]);
  });

  it("leaves the file as it was when it fails, and nothing beside it", async () => {
    await run("sign-data -v 2 -k {}key.pem {}app.bin");
    const before = statSync(at("app.bin"), { bigint: true });
    const failed = await run("sign-data -v 2 -k {}key.pem {}app.bin");
    expect(failed.failure).toBe("secure.already-signed");
    const after = statSync(at("app.bin"), { bigint: true });
    expect([after.ino, after.mtimeNs, after.size]).toEqual([before.ino, before.mtimeNs, before.size]);
    expect(readdirSync(folder).sort()).toEqual(["app.bin", "key.pem"]);
  });

  it("is refused at once where the result could not be written", async () => {
    const failed = await run("sign-data -v 2 -k {}none.pem -o {}none/signed.bin {}app.bin");
    expect([failed.code, failed.failure]).toEqual([2, "file.unwritable"]);
    expect(existsSync(at("none"))).toBe(false);
  });
});
