import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { manPages } from "../../tools/generate/man-pages.ts";
import { tellSkipped } from "../support/skipping.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = await manPages();
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  readonly man: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
};

describe("the manual pages", () => {
  it("are what the declarations make of them (else run: npm run docs)", () => {
    const files = readdirSync(`${root}docs/man`);
    expect(files.sort()).toEqual([...pages.keys()].sort());
    for (const [file, text] of pages) expect(readFileSync(`${root}docs/man/${file}`, "utf8"), file).toBe(text);
  });

  it("are in the package, one for each program", () => {
    const names = manifest.man.map((path) => path.replace(/^docs\/man\/(.*)\.1$/, "$1"));
    // A former name has the page of the program.
    const targets = Object.values(manifest.bin)
      .filter((path) => !path.endsWith("-py.js"))
      .map((path) => path.replace(/^dist\/bin\/(.*)\.js$/, "$1"));
    expect(new Set(names)).toEqual(new Set(targets));
    expect(manifest.files).toContain("docs");
  });

  it("have every command and every option", async () => {
    for (const program of PROGRAMS) {
      const plain = (pages.get(`${program.name}.1`) ?? "").replaceAll("\\-", "-");
      for (const { name, hidden } of program.commands) {
        if (hidden === true) continue;
        expect(plain).toContain(`.SS "${name}`);
        for (const option of (await program.loadSpec(name))?.options ?? [])
          if (option.hidden !== true) expect(plain, name).toContain(`\\fB--${option.name}\\fR`);
      }
    }
  });
});

const renderers = [
  ["mandoc", ["-Tlint", "-Wwarning"]],
  ["groff", ["-man", "-ww", "-z", "-Tutf8"]],
] as const;
for (const [program, options] of renderers) {
  const isThere = spawnSync(program, ["--version"]).error === undefined;
  if (!isThere) tellSkipped(`no ${program} here`);
  it.skipIf(!isThere).each([...pages])(`%s has nothing that ${program} complains of`, (file, text) => {
    const { status, stderr, stdout } = spawnSync(program, options, { input: text, encoding: "utf8" });
    // Pages of a package that is built anywhere have no date.
    const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !/missing date/.test(line));
    expect({ file, complaints, failed: program === "groff" && status !== 0 }).toEqual({
      file,
      complaints: [],
      failed: false,
    });
  });
}

const hasMan = spawnSync("man", ["--version"], { encoding: "utf8" }).stdout?.startsWith("man 2") === true;
if (!hasMan) tellSkipped("no man-db here");
it.skipIf(!hasMan)("man shows them", () => {
  const { status, stdout, stderr } = spawnSync("man", ["-l", `${root}docs/man/esptool.1`], {
    encoding: "utf8",
    env: { ...process.env, MANWIDTH: "80", MANPAGER: "cat", PAGER: "cat", LC_ALL: "C.UTF-8" },
  });
  // Where manuals are left out of a system, its man only says so.
  if (/minimized/.test(stdout)) return;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("write-flash [options] ADDRESS FILE...");
});
