import { fstatSync, type Stats, writeSync } from "node:fs";
import type { TextStream } from "./host.ts";

/** The system's words for: nobody is there to read. */
const READER_GONE: ReadonlySet<unknown> = new Set(["EPIPE", "ECONNRESET", "EOF"]);

/**
 * A stream of the process, opened when it is first written to. A reader that goes away (`| head`) must not break off
 * the work on a chip: what is written from then on is dropped. Whatever else keeps it from being written is a failure.
 */
export function processStream(descriptor: 1 | 2, open: () => NodeJS.WriteStream): Required<TextStream> {
  let opened: Sink | undefined;
  let isBroken = false;
  let failure: unknown;
  const listeners = new Set<(cause: unknown) => void>();
  const fail = (cause: unknown): void => {
    if (isBroken || failure !== undefined) return;
    if (READER_GONE.has((cause as NodeJS.ErrnoException).code)) {
      isBroken = true;
      return;
    }
    failure = cause;
    for (const listener of [...listeners]) listener(cause);
  };
  const sink = (): Sink => {
    opened ??= chooseSink(descriptor, open, fail);
    return opened;
  };
  const put = (what: string | Uint8Array): void => {
    if (isBroken || failure !== undefined) return;
    try {
      sink().write(what);
    } catch (error) {
      fail(error);
    }
  };
  return {
    write: put,
    writeBytes: put,
    get isTTY() {
      return sink().isTTY;
    },
    get columns() {
      return sink().columns;
    },
    get isBroken() {
      return isBroken;
    },
    get failure() {
      return failure;
    },
    onFailure(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    async flushed() {
      if (!isBroken && failure === undefined) await opened?.flushed();
    },
  };
}

interface Sink {
  write(what: string | Uint8Array): void;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  flushed(): Promise<void>;
}

function chooseSink(descriptor: number, open: () => NodeJS.WriteStream, fail: (cause: unknown) => void): Sink {
  const found = statOf(descriptor);
  if (found?.isFile()) return fileSink(descriptor);
  const stream = open();
  // A device that is no terminal is written to as a file is.
  return found?.isCharacterDevice() && stream.isTTY !== true ? fileSink(descriptor) : streamSink(stream, fail);
}

function statOf(descriptor: number): Stats | null {
  try {
    return fstatSync(descriptor);
  } catch {
    return null;
  }
}

/** Node's own stream for files takes a write that the disk had only partly room for as done. */
function fileSink(descriptor: number): Sink {
  return {
    write(what) {
      const bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    },
    isTTY: false,
    columns: undefined,
    flushed: async () => {},
  };
}

function streamSink(stream: NodeJS.WriteStream, fail: (cause: unknown) => void): Sink {
  stream.on("error", fail);
  return {
    write: (what) => stream.write(what),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    flushed: () =>
      new Promise((resolve) => {
        stream.write("", (error) => {
          if (error) fail(error);
          resolve();
        });
      }),
  };
}
