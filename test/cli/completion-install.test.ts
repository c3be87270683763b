import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { completionPlace, MARK, shellOf, withMarkedLine } from "../../src/cli/run/completion/completion-place.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { runProgram } from "../support/process/running-program.ts";

const HOME = "/home/me";
const UNIX = { workingDirectory: "/", homeDirectory: HOME, isWindows: false };
const WINDOWS = { workingDirectory: "C:/", homeDirectory: "C:/Users/me", isWindows: true };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function run(line: string, options: CliHostOptions = {}, host = testCliHost(options)) {
  const code = await runCli(["completion", ...line.split(" ")], host);
  const text = (path: string): string | null => {
    const content = host.stored.get(path);
    return content instanceof Uint8Array ? new TextDecoder().decode(content) : null;
  };
  return { code, out: host.out(), err: host.err(), host, text };
}

describe("the shell", () => {
  it.each([
    ["/bin/bash", false, "bash"],
    ["/usr/local/bin/zsh", false, "zsh"],
    ["/usr/bin/fish", false, "fish"],
    ["/usr/bin/pwsh", false, "powershell"],
    ["C:\\Program Files\\Git\\usr\\bin\\bash.exe", true, "bash"],
    ["", true, "powershell"],
    ["/bin/dash", false, null],
    ["", false, null],
  ])("%s is known, on Windows or not: %s", (path, isWindows, shell) => {
    expect(shellOf({ SHELL: path }, { isWindows })).toBe(shell);
  });

  it("that is not known has to be named", async () => {
    const { code, err } = await run("install", { env: { SHELL: "/bin/dash" } });
    expect(code).toBe(2);
    expect(err).toContain("Name it: esptool completion install bash|zsh|fish|powershell.");
  });
});

describe("the places", () => {
  it.each([
    ["bash", {}, UNIX, "/home/me/.local/share/esptool-ts/completion.bash", "/home/me/.bashrc"],
    ["bash", { XDG_DATA_HOME: "/data" }, UNIX, "/data/esptool-ts/completion.bash", "/home/me/.bashrc"],
    ["zsh", { ZDOTDIR: "/z" }, UNIX, "/home/me/.local/share/esptool-ts/completion.zsh", "/z/.zshrc"],
    ["fish", {}, UNIX, "/home/me/.config/fish/conf.d/esptool-ts.fish", undefined],
    [
      "powershell",
      {},
      UNIX,
      "/home/me/.local/share/esptool-ts/completion.ps1",
      "/home/me/.config/powershell/Microsoft.PowerShell_profile.ps1",
    ],
    [
      "powershell",
      { LOCALAPPDATA: "C:/Users/me/AppData/Local" },
      WINDOWS,
      "C:/Users/me/AppData/Local/esptool-ts/completion.ps1",
      "C:/Users/me/Documents/PowerShell/Microsoft.PowerShell_profile.ps1",
    ],
  ] as const)("%s, %j", (shell, env, place, script, startUp) => {
    const found = completionPlace(shell, env, place);
    expect([found.script, found.startUp?.files[0]]).toEqual([script, startUp]);
  });
});

describe("the line", () => {
  const line = `new ${MARK}`;
  it.each([
    ["", `${line}\n`],
    ["a\n", `a\n${line}\n`],
    ["a", `a\n${line}\n`],
    ["a\r\nb\r\n", `a\r\nb\r\n${line}\r\n`],
    [`a\nold ${MARK}\nb\n`, `a\n${line}\nb\n`],
    [`old ${MARK}\na\nolder ${MARK}\n`, `${line}\na\n`],
  ])("%j becomes %j", (before, after) => {
    expect(withMarkedLine(before, line)).toBe(after);
    expect(withMarkedLine(after, line)).toBe(after);
    expect(withMarkedLine(after, null)).not.toContain(MARK);
  });
});

describe("completion install", () => {
  it.each([
    ["bash", "/home/me/.local/share/esptool-ts/completion.bash", "/home/me/.bashrc"],
    ["zsh", "/home/me/.local/share/esptool-ts/completion.zsh", "/home/me/.zshrc"],
    ["fish", "/home/me/.config/fish/conf.d/esptool-ts.fish", null],
  ])("%s: once, and away again", async (shell, script, startUp) => {
    const env = { SHELL: `/bin/${shell}` };
    const files = startUp === null ? {} : { [startUp]: bytes("mine\n") };
    const first = await run("install", { env, files });
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
    expect(first.out).toContain(`Wrote ${script}.`);
    expect(first.text(script)).toContain("# Completion of esptool");
    if (startUp !== null) expect(first.text(startUp)).toMatch(new RegExp(`^mine\\n.*${script}.*${MARK}\\n$`));
    const before = new Map(first.host.stored);
    const again = await run("install", {}, first.host);
    expect(again.out).toContain("installed already");
    expect(first.host.stored).toEqual(before);
    const gone = await run(`uninstall ${shell}`, {}, first.host);
    expect(gone.code).toBe(0);
    expect(gone.text(script)).toBeNull();
    if (startUp !== null) expect(gone.text(startUp)).toBe("mine\n");
    const nothing = await run(`uninstall ${shell}`, {}, first.host);
    expect(nothing.out).toContain("There is no completion");
  });

  it("takes the start-up file that is there", async () => {
    const { text } = await run("install bash", { files: { "/home/me/.bash_profile": bytes("") } });
    expect([text("/home/me/.bash_profile")?.includes(MARK), text("/home/me/.bashrc")]).toEqual([true, null]);
  });

  it("keeps bytes that are no UTF-8", async () => {
    const mine = Uint8Array.of(0x23, 0xe4, 0xff, 0x0a);
    const { host } = await run("install bash", { files: { "/home/me/.bashrc": mine } });
    const after = host.stored.get("/home/me/.bashrc") as Uint8Array;
    expect(after.subarray(0, 4)).toEqual(mine);
  });

  it("leaves alone what others can change, before it changes anything", async () => {
    const { code, err, host } = await run("install bash", {
      files: { "/home/me/.bashrc": bytes("theirs\n") },
      othersFiles: ["/home/me/.bashrc"],
    });
    expect([code, host.stored.size]).toEqual([2, 1]);
    expect(err).toContain("left alone");
  });

  it("replaces no file of somebody else's making", async () => {
    const script = "/home/me/.config/fish/conf.d/esptool-ts.fish";
    const { code, text } = await run("install fish", { files: { [script]: bytes("mine\n") } });
    expect([code, text(script)]).toEqual([2, "mine\n"]);
  });

  it("takes a second shell only there", async () => {
    expect((await run("bash zsh")).code).toBe(2);
  });
});

const hasBash = spawnSync("bash", ["--version"]).error === undefined && process.platform !== "win32";
describe.skipIf(!hasBash)("in a home of its own", () => {
  let programs: BuiltPrograms;
  let home = "";
  beforeAll(async () => {
    programs = await buildPrograms();
  });
  afterAll(() => programs.remove());
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "it's home "));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("bash has the completion at its next start", async () => {
    const rc = join(home, ".bashrc");
    writeFileSync(rc, "export MINE=1");
    const env = { HOME: home, SHELL: "/bin/bash", XDG_DATA_HOME: "", XDG_CONFIG_HOME: "" };
    const installed = await runProgram(programs.path("esptool"), "completion install".split(" "), { env }).ended;
    expect(installed.code, installed.err).toBe(0);
    const ask = (): string =>
      spawnSync("bash", ["--norc", "-c", `. "${rc}"; complete -p espefuse; echo $MINE`], {
        env: { ...process.env, ...env },
      }).stdout.toString();
    expect(ask()).toMatch(/complete .*-F _esptool_complete espefuse\n1\n/);
    const removed = await runProgram(programs.path("esptool"), "completion uninstall".split(" "), { env }).ended;
    expect(removed.code, removed.err).toBe(0);
    expect(ask()).toBe("1\n");
    expect(readFileSync(rc, "utf8")).toBe("export MINE=1\n");
    expect(existsSync(join(home, ".local/share/esptool-ts/completion.bash"))).toBe(false);
  });
});
