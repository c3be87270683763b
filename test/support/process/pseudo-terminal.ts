import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SHARED_CODE } from "./compiled-code.ts";

/** A terminal of that width: standard output and error of the program, as they come. */
const PYTHON = `
import fcntl, os, pty, struct, sys, termios
columns, words = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    # The width is set before the program may ask for it.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.execvp(words[0], words)
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

export const hasPseudoTerminals = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

export interface ShownInTerminal {
  readonly code: number | null;
  /** With the control sequences, lines ending as the program ends them. */
  readonly text: string;
}

/** Runs a program of Node in a real pseudo-terminal. */
export async function runInTerminal(
  path: string,
  args: readonly string[],
  options: { readonly columns: number; readonly cwd: string },
): Promise<ShownInTerminal> {
  const child = spawn("python3", ["-c", PYTHON, String(options.columns), process.execPath, path, ...args], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: options.cwd,
      ...SHARED_CODE,
      TERM: "xterm",
      NO_COLOR: "1",
      LANG: "C.UTF-8",
    },
  });
  const [shown, failure, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (failure !== "") throw new Error(`The pseudo-terminal failed: ${failure}`);
  return { code, text: shown.replaceAll("\r\n", "\n") };
}
