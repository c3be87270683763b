import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The scripts as their shells run them, with the real program behind them. */
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}.tmp/completion-${process.pid}`;
const PATH = `${folder}:${process.env["PATH"]}`;

beforeAll(async () => {
  mkdirSync(`${folder}/files`, { recursive: true });
  for (const file of ["app one.bin", "app-two.bin", "other.txt"]) writeFileSync(`${folder}/files/${file}`, "");
  const bundle = await rolldown({
    cwd: root,
    input: { main: "src/bin/esptool.ts" },
    external: [/^node:/, /^[a-z@][^:]*$/i],
    platform: "node",
  });
  await bundle.write({ dir: `${folder}/dist`, format: "esm" });
  writeFileSync(`${folder}/esptool`, `#!/bin/sh\nexec "${process.execPath}" "${folder}/dist/main.js" "$@"\n`);
  chmodSync(`${folder}/esptool`, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

describe.skipIf(!isThere("bash"))("bash", () => {
  /** The script itself, with the variables that bash sets; it cuts words at `:` and `=`. */
  const SCRIPT = `
    source <(esptool completion bash)
    [[ $(complete -p esptool) == 'complete -F _esptool_complete esptool' ]] || exit 9
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
      ["esptool completion ", "bash,zsh,fish,powershell"],
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
  });
});

describe.skipIf(!isThere("zsh"))("zsh", () => {
  /** The function itself; what it would tell the line editor is printed. */
  const SCRIPT = `
    compdef() { }
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
    ask esptool monitor --log=oth`;

  it("completes commands, values, ports and files", () => {
    expect(runShell("zsh", ["-f", "-c", SCRIPT])).toEqual([
      "verify-flash",
      CHIPS_S.map((chip) => `virtual:${chip}`).join(","),
      "-S  -- vid=",
      "--before=usb-reset",
      "files",
      "compset -P *=",
      "files",
    ]);
  });
});
