import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Puts programs as they are in the source now into a folder of this project, as real files that Node runs. */
export async function bundlePrograms(folder: string, names: readonly string[]): Promise<void> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(names.map((name) => [name, `src/bin/${name}.ts`])),
    external: [/^node:/, /^[a-z@][^:]*$/i],
    platform: "node",
  });
  await bundle.write({ dir: folder, format: "esm" });
}

export interface RunningProgram {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves with the first match in stdout; rejects when the program ends without one. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  readonly ended: Promise<number | null>;
}

/** A program in a process of its own. */
export function startProgram(file: string, args: readonly string[], cwd: string): RunningProgram {
  const child = spawn(process.execPath, [file, ...args], { cwd, stdio: "pipe" });
  const heard = { out: "", err: "" };
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const watch of watchers) watch();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard.out += text;
    tell();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    heard.err += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      resolve(code);
      tell();
    });
  });
  return {
    process: child,
    out: () => heard.out,
    err: () => heard.err,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(heard.out);
          if (match !== null) resolve(match);
          else if (child.exitCode !== null) reject(new Error(`no ${pattern} in:\n${heard.out}\n${heard.err}`));
          else return;
          watchers.delete(watch);
        };
        watchers.add(watch);
        watch();
      }),
    type: (text) => {
      child.stdin.write(text);
    },
    ended,
  };
}
