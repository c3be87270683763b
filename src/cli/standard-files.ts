import { EspError } from "../index.ts";
import type { ByteInput, CliFiles, CliHost, PiecedContents, ReadFileOptions } from "./host/host.ts";
import { DASH, type StandardStreams } from "./line/standard-streams.ts";
import { outputFailure, shown } from "./show/shown.ts";

/**
 * The same world, in which `-` in the place of a file is a standard stream. What goes to standard output is then alone
 * there: everything that is told to people or programs goes to stderr. Throws `argument.invalid` where a terminal is at
 * the other end of what is made of bytes.
 */
export function withStandardFiles(host: CliHost, { isRead, written }: StandardStreams): CliHost {
  if (!isRead && written === null) return host;
  if (isRead && host.stdin.isTTY) throw keyboard();
  if (written === "bytes" && host.stdout.isTTY) throw screen();
  return {
    ...host,
    ...(isRead && { stdin: USED_UP }),
    ...(written !== null && { stdout: host.stderr }),
    files: { ...host.files, ...standardFiles(host) },
  };
}

/** Where a question is asked after all, there is no more answer in what was a file. */
export const USED_UP: ByteInput = {
  isTTY: false,
  listen(listener) {
    let isListening = true;
    queueMicrotask(() => {
      if (isListening) listener.end();
    });
    return () => {
      isListening = false;
    };
  },
};

function standardFiles(host: CliHost): Partial<CliFiles> {
  const { files } = host;
  let content: Promise<Uint8Array<ArrayBuffer>> | null = null;
  const readAll = (options: ReadFileOptions): Promise<Uint8Array<ArrayBuffer>> => {
    // What came once is all there is, also for who looks twice.
    content ??= import("./host/node-files.ts").then(({ readStream }) => readStream(host.stdin, options));
    return content;
  };
  const writeAll = async (data: Uint8Array | PiecedContents): Promise<void> => {
    if (data instanceof Uint8Array) await writeToStdout(host, data);
    else for await (const piece of data.pieces()) await writeToStdout(host, piece);
  };
  return {
    read: (path, options = {}) => (path === DASH ? readAll(options) : files.read(path, options)),
    exists: async (path) => path === DASH || (await files.exists(path)),
    sizeOf: async (path) => (path === DASH ? null : await files.sizeOf(path)),
    checkWritable: async (path) => {
      if (path !== DASH) await files.checkWritable(path);
    },
    writeAtomically: (path, data, options) =>
      path === DASH ? writeAll(data) : files.writeAtomically(path, data, options),
    writeSecret: (path, data, options) => (path === DASH ? writeAll(data) : files.writeSecret(path, data, options)),
    // Input and output of a filter are never one file.
    isSameFile: async (first, second) => first !== DASH && second !== DASH && (await files.isSameFile(first, second)),
    rescue: async (path, data) => (await files.rescue?.(path === DASH ? "stdout" : path, data)) ?? null,
  };
}

/** Throws `output.unwritable`. A reader that went away wanted no more. */
async function writeToStdout({ stdout, stderr }: CliHost, data: Uint8Array): Promise<void> {
  if (stdout.writeBytes === undefined) {
    throw new EspError("argument.unsupported", "This host has no standard output for bytes.", {
      hint: "Name a file.",
    });
  }
  stdout.writeBytes(data);
  await shown({ stdout, stderr });
  const failure = outputFailure({ stdout, stderr });
  if (failure !== null) throw failure;
}

function keyboard(): EspError {
  return new EspError("argument.invalid", "Standard input (-) is a terminal, where no file comes from.", {
    hint: "Pipe the file in, or name it: esptool ... < FILE.",
  });
}

function screen(): EspError {
  return new EspError("argument.invalid", "Standard output (-) is a terminal, which cannot show bytes.", {
    hint: "Redirect it to a file or into another program: esptool ... > FILE.",
  });
}

/** The error for a file that is to come from where the words came from. */
export function sharedWithArguments(): EspError {
  return new EspError(
    "argument.conflict",
    "Standard input was the argument file (@-), and cannot be another file (-).",
    {
      hint: "Name a file for one of them.",
    },
  );
}
