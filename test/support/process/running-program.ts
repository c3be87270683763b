import { type ChildProcess, spawn } from "node:child_process";
import { SHARED_CODE } from "./compiled-code.ts";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly outBytes: Buffer;
  readonly err: string;
}

/** A program as a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the match when its output (either stream) has one; fails with all it said when it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface RunOptions {
  /** Also its home, so that no configuration of whoever runs the tests counts. Default: here, at home. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default `pipe`: `child.stdin` takes what is typed. */
  readonly stdin?: "pipe" | "ignore";
  /** What is piped in, whole. */
  readonly input?: Uint8Array<ArrayBuffer>;
}

/** `path`: a file, or an option of Node's in its place. */
export function runProgram(path: string, args: readonly string[], options: RunOptions = {}): Running {
  const { cwd, env = {}, stdin = "pipe", input } = options;
  const child = spawn(process.execPath, [path, ...args], {
    cwd,
    stdio: [stdin, "pipe", "pipe"],
    env: {
      ...(cwd === undefined ? process.env : { PATH: process.env["PATH"], HOME: cwd, ESPTOOL_NO_MEMORY: "1" }),
      ...SHARED_CODE,
      ...env,
    },
  });
  const text = { out: "", err: "" };
  const pieces: Buffer[] = [];
  const looks = new Set<() => void>();
  const hear = (stream: "out" | "err") => (chunk: Buffer) => {
    if (stream === "out") pieces.push(chunk);
    text[stream] += chunk.toString();
    for (const look of looks) look();
  };
  child.stdout?.on("data", hear("out"));
  child.stderr?.on("data", hear("err"));
  // What is typed to a program that has ended goes nowhere.
  child.stdin?.on("error", () => {});
  if (input !== undefined) child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, ...text, outBytes: Buffer.concat(pieces) }));
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text.out + text.err);
        if (match === null) return;
        looks.delete(look);
        resolve(match);
      };
      looks.add(look);
      look();
      void ended.then(() => {
        look();
        reject(new Error(`It ended without ${pattern}: ${text.out}${text.err}`));
      });
    });
  return { child, ended, says };
}
