import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { tellSkipped } from "../support/skipping.ts";

/** The scripts as their shells run them, with the real program behind them. */
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = `${root}.tmp/completion-${process.pid}`;
const PROGRAMS = ["esptool", "espefuse", "espsecure"];
const PATH = `${folder}:${process.env["PATH"]}`;

let programs: BuiltPrograms;
beforeAll(async () => {
  mkdirSync(`${folder}/files`, { recursive: true });
  for (const file of ["app one.bin", "app-two.bin", "other.txt"]) writeFileSync(`${folder}/files/${file}`, "");
  programs = await buildPrograms();
  for (const name of PROGRAMS) {
    writeFileSync(`${folder}/${name}`, `#!/bin/sh\nexec "${process.execPath}" "${programs.path(name)}" "$@"\n`);
    chmodSync(`${folder}/${name}`, 0o755);
  }
  // What is remembered of it, completion offers; what is in the folder it does not look at then.
  writeFileSync(`${folder}/table.csv`, "nvs,data,nvs,0x9000,0x6000\nfactory,app,factory,0x10000,1M\n");
  runShell("sh", ["-c", "esptool partition-table show ../table.csv >/dev/null"]);
});

afterAll(() => {
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

const isThere = (shell: string): boolean =>
  process.platform !== "win32" && spawnSync(shell, ["--version"]).status === 0;

function runShell(shell: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, [...args], {
    encoding: "utf8",
    cwd: `${folder}/files`,
    env: { PATH, HOME: folder },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.split("\n").filter((line) => line !== "");
}

const CHIPS_S = ["esp32s2", "esp32s3", "esp32s31"];

for (const shell of ["bash", "fish", "zsh"]) if (!isThere(shell)) tellSkipped(`completion: ${shell} is not there`);

describe.skipIf(!isThere("bash"))("bash", () => {
  /** The script itself, with the variables that bash sets; it cuts words at `:` and `=`. */
  const SCRIPT = `
    source <(esptool completion bash)
    for tool in ${PROGRAMS.join(" ")}; do
      [[ $(complete -p $tool) == "complete -F _esptool_complete $tool" ]] || exit 9
    done
    [[ $(complete -p | grep -c _esptool_complete) == ${PROGRAMS.length} ]] || exit 8
    for COMP_LINE in "$@"; do
      COMP_POINT=\${#COMP_LINE}
      COMP_WORDS=(\${COMP_LINE//[:=]/ & })
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=("")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _esptool_complete
      (IFS=,; echo "\${COMPREPLY[*]}")
    done`;

  it("completes commands, values, ports and files", () => {
    const answers = [
      ["esptool verif", "verify-flash"],
      ["esptool --port virtual:esp32s", CHIPS_S.join(",")],
      ["esptool --port=virtual:esp32s", CHIPS_S.join(",")],
      ["esptool write-flash --before=us", "usb-reset"],
      ["esptool write-flash --erase", "--erase-all"],
      ["esptool write-flash 0x0 app", "app one.bin,app-two.bin"],
      ["esptool monitor --log=oth", "other.txt"],
      ["esptool completion ", "bash,zsh,fish,powershell,install,uninstall"],
      ["esptool read-flash @f", "factory"],
      ["esptool write-flash nvs=oth", "other.txt"],
      ["esptool write-flash fac", "factory="],
      ["espefuse adc", "adc-info"],
      ["espefuse --chip=esp32c3 burn-efuse DIS_TW", "DIS_TWAI"],
      ["espefuse -c esp32c3 burn-key BLOCK_KEY0 app", "app one.bin,app-two.bin"],
      ["espefuse -c esp32c3 burn-key BLOCK_KEY0 app-two.bin XTS", "XTS_AES_128_KEY"],
      ["espefuse burn-custom-mac AA:CD:EF:01:02:03 summ", "summary"],
      ["espsecure sign-data -v 2 -k one.pem two.pem oth", "other.txt"],
      ["espsecure verify-signature --version=", "1,2"],
    ] as const;
    const lines = runShell("bash", ["--norc", "-c", SCRIPT, "bash", ...answers.map(([line]) => line)]);
    expect(lines).toEqual(answers.map(([, answer]) => answer));
  });
});

describe.skipIf(!isThere("fish"))("fish", () => {
  it("completes commands, values, ports and files", () => {
    const ask = (line: string): string[] =>
      runShell("fish", ["--no-config", "-c", `esptool completion fish | source; complete -C '${line}'`]).map(
        (answer) => answer.split("\t")[0] ?? "",
      );
    expect(ask("esptool verif")).toEqual(["verify-flash"]);
    expect(ask("esptool --port virtual:esp32s")).toEqual(CHIPS_S.map((chip) => `virtual:${chip}`));
    expect(ask("esptool write-flash --before=us")).toEqual(["--before=usb-reset"]);
    expect(ask("esptool write-flash 0x0 app-")).toEqual(["app-two.bin"]);
    expect(ask("esptool monitor --log=oth")).toEqual(["--log=other.txt"]);
    expect(ask("esptool read-flash @f")).toEqual(["@factory"]);
    expect(ask("esptool write-flash nvs=oth")).toEqual(["nvs=other.txt"]);
    expect(ask("esptool write-flash fac")).toEqual(["factory="]);
    expect(ask("espefuse -c esp32c3 burn-efuse DIS_TW")).toEqual(["DIS_TWAI"]);
    expect(ask("espefuse -c esp32c3 burn-key BLOCK_KEY0 oth")).toEqual(["other.txt"]);
    expect(ask("espefuse -c esp32c3 burn-key BLOCK_KEY0 other.txt XTS")).toEqual(["XTS_AES_128_KEY"]);
    expect(ask("espsecure sign-data -v 2 -k app-two.bin oth")).toEqual(["other.txt"]);
    expect(ask("espsecure verify-signature --version=")).toEqual(["--version=1", "--version=2"]);
  });
});

describe.skipIf(!isThere("zsh"))("zsh", () => {
  /** The function itself; what it would tell the line editor is printed. */
  const SCRIPT = `
    compdef() { print -r -- "$*" }
    source <(esptool completion zsh)
    compadd() { [[ $1 == -l ]] && print -r -- \${(j:,:)values} || print -r -- "$*" }
    compset() { print -r -- "compset $*" }
    _files() { print -r -- files }
    ask() { words=("$@"); CURRENT=$#; PREFIX=$words[-1]; _esptool }
    ask esptool verif
    ask esptool --port virtual:esp32s
    ask esptool --port-filter v
    ask esptool "write-flash" --before=us
    ask esptool write-flash 0x0 app
    ask esptool monitor --log=oth
    ask esptool read-flash @f
    ask esptool write-flash nvs=oth
    ask esptool write-flash fac
    ask esptool write-flash 0x0 a=b
    ask espefuse -c esp32c3 burn-efuse DIS_TW
    ask espefuse -c esp32c3 burn-key BLOCK_KEY0 app
    ask espefuse -c esp32c3 burn-key BLOCK_KEY0 k.bin XTS
    ask espsecure sign-data -v 2 -k a.pem b
    ask espsecure sign-data -v ""`;

  it("completes commands, values, ports and files", () => {
    expect(runShell("zsh", ["-f", "-c", SCRIPT])).toEqual([
      `_esptool ${PROGRAMS.join(" ")}`,
      "verify-flash",
      CHIPS_S.map((chip) => `virtual:${chip}`).join(","),
      "-S  -- vid=",
      "--before=usb-reset",
      "files",
      "compset -P 1 *=",
      "files",
      "@factory",
      "compset -P 1 *=",
      "files",
      "-S  -- factory=",
      "files",
      "DIS_TWAI",
      "files",
      "XTS_AES_128_KEY",
      "files",
      "1,2",
    ]);
  });
});
