import { existsSync } from "node:fs";
import { homedir } from "node:os";
import type { HostMemory } from "../../index.ts";
import type { ByteInput, CliFiles, CliHost, HostPlace } from "./host.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { processStream } from "./process-stream.ts";

export interface NodeHost extends CliHost {
  /** Resolves when everything written so far has left this process. */
  flushed(): Promise<void>;
}

/** The real world: this process, its files, the ports of this computer. Each part is loaded when it is first used. */
export function nodeHost(): NodeHost {
  const stdout = processStream(1, () => process.stdout);
  const stderr = processStream(2, () => process.stderr);
  return {
    stdout,
    stderr,
    stdin: lazyInput,
    env: process.env,
    files: lazyFiles,
    place,
    memory: lazyMemory,
    openPort: async (text, settings) => (await import("../../node.ts")).portFromString(text, settings),
    lookAtComputer: async () => (await import("../../node.ts")).lookAtComputer(),
    listPorts: async () => (await import("../../node.ts")).listPorts(),
    openHsm: async (config) => (await import("../../node.ts")).openHsm(config),
    onInterrupt: (callback) => listenForInterrupts(callback, { restoreTerminal: () => restoreTerminal() }),
    now: () => performance.now(),
    date: () => new Date(),
    flushed: async () => {
      await Promise.all([stdout.flushed(), stderr.flushed()]);
    },
  };
}

/** Of the input while it is listened to. */
let restoreTerminal: () => void = () => {};

/** The input of the process, touched only by commands that read it. */
const lazyInput: ByteInput = {
  get isTTY() {
    return process.stdin.isTTY === true;
  },
  listen(listener) {
    const { stdin } = process;
    const isTTY = stdin.isTTY === true;
    const restore = (): void => {
      if (isTTY) stdin.setRawMode(false);
    };
    let isListening = true;
    const resume = (): void => {
      if (isListening) stdin.resume();
    };
    const onData = (chunk: Buffer): void => {
      const work = listener.data(new Uint8Array(chunk));
      if (work === undefined) return;
      stdin.pause();
      work.then(resume, resume);
    };
    const onEnd = (): void => {
      if (isListening) listener.end();
    };
    if (isTTY) stdin.setRawMode(true);
    // Also where the program is ended from inside: by a second Ctrl-C, or by a defect.
    process.on("exit", restore);
    restoreTerminal = restore;
    // Asked for explicitly: a stream that was paused by a listener before does not start by itself.
    stdin.on("data", onData).on("end", onEnd).on("error", onEnd).resume();
    return () => {
      isListening = false;
      stdin.off("data", onData).off("end", onEnd).pause();
      restore();
      restoreTerminal = () => {};
      process.off("exit", restore);
    };
  },
};

const place: HostPlace = {
  get workingDirectory() {
    // A directory that was deleted under the program has no name any more.
    try {
      return process.cwd();
    } catch {
      return homedir();
    }
  },
  get homeDirectory() {
    return homedir();
  },
  isWindows: process.platform === "win32",
};

const lazyMemory: HostMemory = {
  recall: async (topic, key) => await (await import("../../node.ts")).stateMemory().recall(topic, key),
  keep: async (topic, key, bytes) => await (await import("../../node.ts")).stateMemory().keep(topic, key, bytes),
};

const lazyFiles: CliFiles = {
  // Asked by every command, for its configuration: nothing is loaded for it.
  exists: async (path) => existsSync(path),
  sizeOf: async (path) => (await import("./node-files.ts")).nodeFiles.sizeOf(path),
  isFolder: async (path) => (await import("./node-files.ts")).nodeFiles.isFolder(path),
  tree: async (path) => await (await import("./node-files.ts")).nodeFiles.tree(path),
  read: async (path, options) => (await import("./node-files.ts")).nodeFiles.read(path, options),
  isOthers: async (path) => (await import("./node-files.ts")).nodeFiles.isOthers(path),
  writeAtomically: async (path, data, options) =>
    (await import("./node-files.ts")).nodeFiles.writeAtomically(path, data, options),
  readSlice: async (path, offset, sizeBytes) =>
    (await import("./node-files.ts")).nodeFiles.readSlice(path, offset, sizeBytes),
  grow: async (path, keptBytes) => (await import("./node-files.ts")).nodeFiles.grow(path, keptBytes),
  checkWritable: async (path) => (await import("./node-files.ts")).nodeFiles.checkWritable(path),
  makeFolder: async (path) => (await import("./node-files.ts")).nodeFiles.makeFolder(path),
  remove: async (path) => (await import("./node-files.ts")).nodeFiles.remove(path),
  move: async (from, to) => (await import("./node-files.ts")).nodeFiles.move(from, to),
  append: async (path, data) => (await import("./node-files.ts")).nodeFiles.append(path, data),
  writeSecret: async (path, data, options) =>
    (await import("./node-files.ts")).nodeFiles.writeSecret(path, data, options),
  rescue: async (path, data) => (await (await import("./node-files.ts")).nodeFiles.rescue?.(path, data)) ?? null,
  lock: async (path, options) => (await import("./node-files.ts")).nodeFiles.lock(path, options),
  isSameFile: async (first, second) => (await import("./node-files.ts")).nodeFiles.isSameFile(first, second),
};
