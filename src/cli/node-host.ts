import type { CliFiles, CliHost, TextStream } from "./host.ts";

export interface NodeHost extends CliHost {
  /** Resolves when everything written so far has left this process. */
  flushed(): Promise<void>;
}

/** The real world: this process, its files, the ports of this computer. Each part is loaded when it is first used. */
export function nodeHost(): NodeHost {
  const streams = [lazyStream(() => process.stdout), lazyStream(() => process.stderr)] as const;
  const [stdout, stderr] = streams;
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    env: process.env,
    files: lazyFiles,
    openPort: async (text) => (await import("../node.ts")).portFromString(text),
    listPorts: async () => (await import("../node.ts")).listPorts(),
    onInterrupt,
    now: () => performance.now(),
    flushed: async () => {
      await Promise.all(streams.map((stream) => stream.flushed()));
    },
  };
}

interface LazyStream {
  readonly text: TextStream;
  flushed(): Promise<void>;
}

/**
 * A stream of the process, opened when it is first written to. A reader that goes away (`| head`) must not break off
 * the work on a chip: what is written from then on is dropped.
 */
function lazyStream(open: () => NodeJS.WriteStream): LazyStream {
  let opened: NodeJS.WriteStream | undefined;
  let isBroken = false;
  const stream = (): NodeJS.WriteStream => {
    if (opened === undefined) {
      opened = open();
      opened.on("error", () => {
        isBroken = true;
      });
    }
    return opened;
  };
  return {
    text: {
      write: (text) => {
        if (!isBroken) stream().write(text);
      },
      get isTTY() {
        return stream().isTTY === true;
      },
      get columns() {
        return stream().columns;
      },
    },
    flushed: () =>
      new Promise((resolve) => {
        if (opened === undefined || isBroken) resolve();
        else opened.write("", () => resolve());
      }),
  };
}

const lazyFiles: CliFiles = {
  read: async (path) => (await import("./node-files.ts")).nodeFiles.read(path),
  writeAtomically: async (path, data) => (await import("./node-files.ts")).nodeFiles.writeAtomically(path, data),
  checkWritable: async (path) => (await import("./node-files.ts")).nodeFiles.checkWritable(path),
};

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
