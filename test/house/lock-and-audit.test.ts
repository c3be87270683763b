import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Entry {
  version?: string;
  integrity?: string;
  resolved?: string;
  [field: string]: unknown;
}
interface Lock {
  lockfileVersion: number;
  packages: Record<string, Entry>;
}

describe("the check of the lock file", () => {
  function check(tamper: (lock: Lock) => void): { code: number | null; out: string; err: string } {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
    tamper(lock);
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    writeFileSync(join(folder, "package.json"), readFileSync(join(root, "package.json")));
    const run = spawnSync(process.execPath, [join(root, "tools/check/check-lock.mjs"), folder], { encoding: "utf8" });
    return { code: run.status, out: run.stdout, err: run.stderr };
  }
  const pako = (lock: Lock): Entry => lock.packages["node_modules/pako"] ?? expect.unreachable();

  it("takes the one that is there", () => {
    expect(check(() => {})).toMatchObject({ code: 0, err: "" });
  });

  it.each<[string, (lock: Lock) => void, string]>([
    ["a digest taken out", (lock) => void delete pako(lock).integrity, "pako has no digest"],
    ["a weak digest", (lock) => Object.assign(pako(lock), { integrity: `sha1-${"A".repeat(27)}=` }), "no SHA-512"],
    ["a cut digest", (lock) => Object.assign(pako(lock), { integrity: "sha512-AAAA" }), "no SHA-512"],
    [
      "a host of its own",
      (lock) => Object.assign(pako(lock), { resolved: "https://host.example/p.tgz" }),
      "a place to",
    ],
    ["a version that is an address", (lock) => Object.assign(pako(lock), { version: "git+ssh://h/p" }), "no exact"],
    ["no version", (lock) => void delete pako(lock).version, "pako has no exact version"],
    ["a package left out", (lock) => void delete lock.packages["node_modules/pako"], "pako has no entry"],
    [
      "a dependency of a package left out",
      (lock) => void delete lock.packages["node_modules/@biomejs/cli-win32-x64"],
      "needs @biomejs/cli-win32-x64",
    ],
    ["another program of the project", (lock) => Object.assign(lock.packages[""] ?? {}, { bin: {} }), '"bin" is not'],
    ["an old format", (lock) => Object.assign(lock, { lockfileVersion: 2 }), "lockfileVersion"],
  ])("refuses %s", (_, tamper, complaint) => {
    const { code, err } = check(tamper);
    expect(err).toContain(complaint);
    expect(code).toBe(1);
  });

  it("lists what may be without a digest, with the reason", () => {
    const { code, out } = check((lock) => {
      delete lock.packages["node_modules/@biomejs/cli-win32-x64"]?.integrity;
      pako(lock).inBundle = true;
      delete pako(lock).integrity;
    });
    expect(out).toMatch(/without: node_modules\/@biomejs\/cli-win32-x64 \S+: for another platform/);
    expect(out).toMatch(/without: node_modules\/pako \S+: comes inside/);
    expect(code).toBe(0);
  });
});

describe("the question for known vulnerabilities", () => {
  /** A registry that knows one package, and answers questions for vulnerabilities with what it is given. */
  async function ask(answer: { status: number; body: unknown }): Promise<{ code: number | null; out: string }> {
    const server = createServer((request, response) => {
      const isQuestion = request.method === "POST";
      const known = {
        name: "left",
        "dist-tags": { latest: "1.0.0" },
        versions: { "1.0.0": { name: "left", version: "1.0.0" } },
      };
      request.resume();
      response.writeHead(isQuestion ? answer.status : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(isQuestion ? answer.body : known));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const own = { name: "own", version: "1.0.0", dependencies: { left: "1.0.0" } };
    const left = { version: "1.0.0", integrity: `sha512-${"A".repeat(86)}==` };
    const lock = { ...own, lockfileVersion: 3, packages: { "": own, "node_modules/left": left } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(own));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    const env = {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      // npm remembers what it was told of a package.
      npm_config_cache: mkdtempSync(join(folder, "cache-")),
      npm_config_fetch_retries: "0",
    };
    try {
      const child = spawn(process.execPath, [join(root, "tools/check/audit.mjs"), folder], { env });
      let out = "";
      child.stdout.on("data", (text) => {
        out += text;
      });
      const code = await new Promise<number | null>((done) => child.on("close", done));
      return { code, out };
    } finally {
      server.close();
    }
  }
  const advisory = (severity: string) => ({
    left: [{ id: 1, url: "", title: "It leaks", severity, vulnerable_versions: "<2", cwe: [], cvss: { score: 0 } }],
  });

  it("is passed where nothing is known", async () => {
    const { code, out } = await ask({ status: 200, body: {} });
    expect(out).toContain("npm audit: known vulnerabilities: 0");
    expect(code).toBe(0);
  });

  it("fails for what is moderate or worse, and names it; lesser things are told", async () => {
    const grave = await ask({ status: 200, body: advisory("moderate") });
    expect(grave.out).toContain("moderate: left *: It leaks");
    expect(grave.code).toBe(1);
    const slight = await ask({ status: 200, body: advisory("low") });
    expect(slight.out).toContain("low: left *: It leaks");
    expect(slight.code).toBe(0);
  });

  it("says in a line that a registry does not answer, without naming it", async () => {
    const { code, out } = await ask({ status: 405, body: {} });
    expect(out).toBe("npm audit: this registry does not answer (405); nothing is known about vulnerabilities\n");
    expect(code).toBe(0);
  });
});
