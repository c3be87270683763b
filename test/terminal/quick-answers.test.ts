import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";

const PROGRAMS = ["esptool", "espefuse", "espsecure", "esp-rfc2217-server"];
let built: BuiltPrograms;
let home: string;

beforeAll(async () => {
  built = await buildPrograms();
  home = `${built.folder}/home`;
  mkdirSync(home);
});
afterAll(() => built.remove());

/** A variable whose name begins so has the whole program loaded, whatever it says. */
const WHOLE = { ESPTOOL_NOTHING: "1" };

function run(name: string, words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = home) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [built.path(name), ...words], {
    cwd,
    encoding: "utf8",
    env: { HOME: home, USERPROFILE: home, ...env },
  });
  return { status, stdout, stderr };
}

describe("the answer to which version this is", () => {
  const asked = [
    ["esptool", "version"],
    ...PROGRAMS.flatMap((name) => [
      [name, "--version"],
      [name, "-V"],
    ]),
  ];
  it.each(asked)("%s %s: is what the whole program says", (name = "", word = "") => {
    const answer = run(name, [word]);
    expect(answer).toEqual(run(name, [word], WHOLE));
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer.stdout).toMatch(new RegExp(`^${name} v\\d+\\.\\d+\\.\\d+ \\(esptool-ts v\\d+`));
  });

  it("comes from the whole program where a configuration has a word to say", () => {
    const folder = `${built.folder}/configured`;
    mkdirSync(folder);
    writeFileSync(`${folder}/esptool.cfg`, "[esptool]\ntimeout = 3\n");
    expect(run("esptool", ["version"], {}, folder).stdout).toContain("Loaded custom configuration");
    expect(run("esptool", ["version"], { ESPTOOL_CFGFILE: "/none" }).stdout).toContain("ESPTOOL_CFGFILE");
  });

  it("is said to be lost where nobody can read it", () => {
    if (process.platform === "win32") return;
    const words = `"${process.execPath}" "${built.path("esptool")}" version > /dev/full`;
    expect(spawnSync("sh", ["-c", words]).status).not.toBe(0);
  });

  it("is given without the program", () => {
    const env = { NODE_V8_COVERAGE: `${built.folder}/loaded` };
    const loaded = (more: Readonly<Record<string, string>>): string => {
      rmSync(env.NODE_V8_COVERAGE, { recursive: true, force: true });
      run("esptool", ["version"], { ...env, ...more });
      const files = readdirSync(env.NODE_V8_COVERAGE);
      return files.map((file) => readFileSync(`${env.NODE_V8_COVERAGE}/${file}`, "utf8")).join("");
    };
    expect(loaded(WHOLE)).toMatch(/dist\/programs\/run-cli\.js/);
    expect(loaded({})).toContain("dist/bin/esptool.js");
    expect(loaded({})).not.toMatch(/dist\/programs\//);
  });
});
