import { type ChildProcess, spawn } from "node:child_process";

/**
 * Sets DTR and RTS through a small helper program.
 *
 * Why: before it sets the lines, the serial library (13.0) clears the break signal and gives up when the driver says
 * that there is none. Since Linux 6.1 that is the answer for every USB device that does not declare break signals
 * (node-serialport issue 2777, bindings-cpp pull request 229), which the USB port inside Espressif's chips is one of.
 * Node itself has no such system call, but Perl or Python, one of which nearly every Linux has, does.
 * The helper inherits the open port as file 3, reads "bits\n" and answers "0\n" or the system's error number.
 */
export interface LineHelper {
  /** Resolves to 0 or the system's error number. Rejects when the helper is gone. */
  set(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<number>;
  /** Resolves when the helper has let go of the port. */
  close(): Promise<void>;
}

// Linux's asm-generic/ioctls.h: TIOCMGET 0x5415, TIOCMSET 0x5418; termios.h: TIOCM_DTR 2, TIOCM_RTS 4.
const PERL = `
$| = 1; open(my $port, "+<&=", 3) or exit 1; print "ready\\n";
while (my $line = <STDIN>) {
  my $bits = pack("i", 0); my $ok = ioctl($port, 0x5415, $bits);
  if ($ok) { $bits = pack("i", (unpack("i", $bits) & ~6) | int($line)); $ok = ioctl($port, 0x5418, $bits); }
  print $ok ? 0 : $!+0, "\\n";
}`;

const PYTHON = `
import fcntl, struct, sys
print("ready", flush=True)
for line in iter(sys.stdin.readline, ""):
    try:
        bits = struct.unpack("i", fcntl.ioctl(3, 0x5415, struct.pack("i", 0)))[0]
        fcntl.ioctl(3, 0x5418, struct.pack("i", (bits & ~6) | int(line)))
        print(0, flush=True)
    except OSError as error:
        print(error.errno, flush=True)`;

export type HelperProgram = readonly [command: string, parameters: readonly string[]];

/** Programs tried in this order. */
export const LINE_HELPER_PROGRAMS: readonly HelperProgram[] = [
  ["perl", ["-e", PERL]],
  ["python3", ["-c", PYTHON]],
];

/** Starts the first helper that works on the open file, or null when there is none. */
export async function startLineHelper(
  fd: number,
  programs: readonly HelperProgram[] = LINE_HELPER_PROGRAMS,
): Promise<LineHelper | null> {
  for (const [command, parameters] of programs) {
    const child = spawn(command, [...parameters], { stdio: ["pipe", "pipe", "ignore", fd] });
    const helper = await whenReady(child);
    if (helper !== null) return helper;
  }
  return null;
}

function whenReady(child: ChildProcess): Promise<LineHelper | null> {
  const answers: ((line: string | null) => void)[] = [];
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  let text = "";
  child.stdout?.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      answers.shift()?.(text.slice(0, end));
      text = text.slice(end + 1);
    }
  });
  // A write to a helper that ended fails here; `exited` tells the caller.
  child.stdin?.on("error", () => {});
  void exited.then(() => {
    for (const answer of answers.splice(0)) answer(null);
  });
  const nextLine = (): Promise<string | null> => new Promise((resolve) => answers.push(resolve));
  const helper: LineHelper = {
    async set({ dtr, rts }) {
      if (child.exitCode !== null) throw new Error("The helper that sets the lines ended.");
      const answer = nextLine();
      child.stdin?.write(`${(dtr ? 2 : 0) | (rts ? 4 : 0)}\n`);
      const line = await answer;
      if (line === null) throw new Error("The helper that sets the lines ended.");
      return Number(line);
    },
    async close() {
      child.stdin?.end();
      await exited;
    },
  };
  return nextLine().then((line) => (line === "ready" ? helper : null));
}
