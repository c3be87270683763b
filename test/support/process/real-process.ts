import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RealProcess {
  readonly child: ChildProcess;
  /** Settles once the text was printed, on either stream. Rejects when the process ends before. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const EXECUTABLES = ["esptool", "espefuse", "espsecure", "esp-rfc2217-server"] as const;

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Executables {
  start(name: (typeof EXECUTABLES)[number], argv: readonly string[], options?: StartOptions): RealProcess;
  /** A program that hears signals as ours do, and does what the code says once the system may end it at any signal. */
  startDeaf(code: string): RealProcess;
  remove(): Promise<void>;
}

/** The executables as the sources are now, in a directory of their own. */
export async function bundleExecutables(): Promise<Executables> {
  await mkdir(join(root, ".tmp"), { recursive: true });
  const folder = await mkdtemp(join(root, ".tmp", "executables-"));
  const bundle = await rolldown({
    cwd: root,
    input: {
      ...Object.fromEntries(EXECUTABLES.map((name) => [name, `src/bin/${name}.ts`])),
      interrupts: "src/cli/host/interrupts.ts",
    },
    preserveEntrySignatures: "allow-extension",
    external: [/^node:/, /^[a-z@][^:]*$/i],
    platform: "node",
  });
  await bundle.write({ dir: folder, format: "esm" });
  return {
    start: (name, argv, options) => start(join(folder, `${name}.js`), argv, options),
    startDeaf: (code) => {
      const module = JSON.stringify(pathToFileURL(join(folder, "interrupts.js")).href);
      const settings = `{ restoreTerminal: () => { setImmediate(() => { console.log("deaf"); ${code} }); } }`;
      return start("--input-type=module", [
        "--eval",
        `import { listenForInterrupts } from ${module};
        listenForInterrupts((signal) => console.log("heard " + signal), ${settings});
        setInterval(() => {}, 1000);
        console.log("ready");`,
      ]);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function start(program: string, argv: readonly string[], options: StartOptions = {}): RealProcess {
  const child = spawn(process.execPath, [program, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  const text = { out: "", err: "" };
  const watchers = new Set<() => void>();
  child.stdout?.on("data", (chunk) => {
    text.out += String(chunk);
    for (const watch of watchers) watch();
  });
  child.stderr?.on("data", (chunk) => {
    text.err += String(chunk);
    for (const watch of watchers) watch();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  return {
    child,
    ended,
    printed: (wanted) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!text.out.includes(wanted) && !text.err.includes(wanted)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void ended.then(({ out, err }) => reject(new Error(`it ended without '${wanted}': ${out}${err}`)));
      }),
  };
}
