import { constants } from "node:fs";
import { access, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CliFiles, CliHost, TextStream } from "./host.ts";

/** The real world: this process, its files, the ports of this computer. */
export function nodeHost(): CliHost {
  return {
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    env: process.env,
    files: nodeFiles,
    openPort: async (text) => (await import("../node.ts")).portFromString(text),
    listPorts: async () => (await import("../node.ts")).listPorts(),
    onInterrupt,
    now: () => performance.now(),
  };
}

/** A reader that goes away (`| head`) must not break off the work on a chip: what is written then is dropped. */
function textStream(stream: NodeJS.WriteStream): TextStream {
  let readerIsGone = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EOF") throw error;
    readerIsGone = true;
  });
  return {
    write: (text) => {
      if (!readerIsGone) stream.write(text);
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}

/** Once to stop in good order; a second time for people who have waited long enough. */
function onInterrupt(callback: () => void): () => void {
  let times = 0;
  const listener = (): void => {
    if (++times > 1) process.exit(130);
    callback();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

const nodeFiles: CliFiles = {
  read: (path) => readFile(path),
  writeAtomically,
  checkWritable,
};

async function checkWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw Object.assign(new Error(`${path} is a directory`), { code: "EISDIR" });
  if (there !== undefined) await access(path, constants.W_OK);
  // A pipe or device is written to directly; a file is replaced, which its directory has to allow.
  if (there === undefined || there.isFile()) await access(dirname(path), constants.W_OK | constants.X_OK);
}

async function writeAtomically(path: string, data: Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    await writeTo(path, data, "w");
    return;
  }
  const temporary = join(dirname(path), `.${process.pid}-${Date.now().toString(36)}.partial`);
  try {
    await writeTo(temporary, data, "wx");
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeTo(path: string, data: Uint8Array, flags: "w" | "wx"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(data);
    if (flags === "wx") await file.sync();
  } finally {
    await file.close();
  }
}
