import { normalize } from "node:path/posix";
import { mapTree, type Tree } from "../../src/bundle.ts";
import type { CliHost, InputListener } from "../../src/cli/host/host.ts";
import type { InterruptSignal } from "../../src/cli/host/interrupts.ts";
import { unshared } from "../../src/core/bytes/unshared.ts";
import { EspError, type HostMemory, type Port, temporaryMemory } from "../../src/index.ts";
import {
  type ComputerFacts,
  type HostFiles,
  type HsmConfig,
  type HsmSigner,
  type ListedPort,
  portFromString,
} from "../../src/node.ts";

export interface CliHostOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** Stderr is on that terminal, too. */
  readonly hasErrorsOnScreen?: boolean;
  readonly columns?: number;
  readonly ports?: readonly ListedPort[];
  readonly place?: Partial<CliHost["place"]>;
  readonly files?: Readonly<Record<string, Uint8Array | { readonly code: string }>>;
  /** Those that somebody else can change. */
  readonly othersFiles?: readonly string[];
  /** Stdin is a terminal. */
  readonly hasKeyboard?: boolean;
  /** The port for every text; the one that the text names unless given. */
  readonly port?: Port;
  readonly date?: Date;
  readonly computer?: ComputerFacts;
  /** What was learnt before; nothing unless given. */
  readonly memory?: HostMemory;
  /** What is piped in. */
  readonly input?: Uint8Array;
  /** The disk that stdout goes to is full when this text is to be written. */
  readonly fullAt?: string;
  /** The hardware security modules there are; none unless given. */
  readonly openHsm?: (config: HsmConfig) => Promise<HsmSigner>;
}

export interface TestCliHost extends CliHost {
  /** Everything written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Both, as they follow each other on a terminal. */
  readonly shown: () => string;
  /** What went to stdout as a file. */
  readonly outBytes: () => Uint8Array;
  /** Files by name, those of the line and those of virtual chips; what is an object with a code cannot be used. */
  readonly stored: Map<string, Uint8Array | { readonly code: string }>;
  /** Ports that were asked for, in order. */
  readonly openedPorts: string[];
  /** What Ctrl-C does, or another signal. */
  interrupt(signal?: InterruptSignal): void;
  /** Types or pipes in; settles when it was taken. */
  type(text: string): Promise<void>;
  endInput(): void;
  /** Somebody reads stdin; a terminal is in its raw mode then. */
  readonly isListening: () => boolean;
  /** The reader of stdout goes away. */
  breakOut(): void;
}

/** A world for the command line that is all in memory; `virtual:` ports work in virtual time. */
export function testCliHost(options: CliHostOptions = {}): TestCliHost {
  const stored = new Map(Object.entries(options.files ?? {}));
  const output = { out: "", err: "", shown: "" };
  const openedPorts: string[] = [];
  const interrupts = new Set<(signal: InterruptSignal) => void>();
  let input: InputListener | null = null;
  let isUsedUp = false;
  const fileOut: Uint8Array[] = [];
  let isBroken = false;
  let failure: unknown;
  const failureListeners = new Set<(cause: unknown) => void>();
  let time = 0;
  return {
    out: () => output.out,
    err: () => output.err,
    shown: () => output.shown,
    outBytes: () => Buffer.concat(fileOut),
    stored,
    openedPorts,
    interrupt: (signal = "SIGINT") => {
      for (const callback of interrupts) callback(signal);
    },
    type: async (text) => {
      await input?.data(new TextEncoder().encode(text));
    },
    endInput: () => input?.end(),
    isListening: () => input !== null,
    breakOut: () => {
      isBroken = true;
    },
    stdin: {
      isTTY: options.hasKeyboard ?? false,
      listen: (listener) => {
        input = listener;
        if (options.input !== undefined) {
          // A pipe that ended says nothing more, not even that.
          if (isUsedUp) throw new Error("stdin was read to its end before");
          isUsedUp = true;
          void listener.data(options.input);
          queueMicrotask(() => listener.end());
        }
        return () => {
          input = null;
        };
      },
    },
    stdout: {
      write: (text) => {
        if (failure !== undefined) return;
        if (options.fullAt === undefined || !text.includes(options.fullAt)) {
          output.out += text;
          output.shown += text;
        } else {
          failure = Object.assign(new Error("full"), { code: "ENOSPC" });
          for (const listener of [...failureListeners]) listener(failure);
        }
      },
      writeBytes: (bytes) => void fileOut.push(bytes),
      get failure() {
        return failure;
      },
      onFailure: (callback) => {
        failureListeners.add(callback);
        return () => failureListeners.delete(callback);
      },
      isTTY: options.isTTY ?? false,
      columns: options.columns,
      get isBroken() {
        return isBroken;
      },
    },
    stderr: {
      write: (text) => {
        output.err += text;
        output.shown += text;
      },
      isTTY: options.hasErrorsOnScreen ?? false,
      columns: options.hasErrorsOnScreen === true ? options.columns : undefined,
    },
    env: options.env ?? {},
    files: { ...memoryFiles(stored), isOthers: async (path) => options.othersFiles?.includes(path) === true },
    place: { workingDirectory: "/project", homeDirectory: "/home/me", isWindows: false, ...options.place },
    memory: options.memory ?? temporaryMemory(),
    openPort: async (text) => {
      openedPorts.push(text);
      return options.port ?? portFromString(text, { files: chipFiles(stored) });
    },
    lookAtComputer: async () =>
      options.computer ?? { platform: "linux", nodeVersion: "22.0.0", hasSerialDriver: true, ports: [], grabbers: [] },
    listPorts: async () => options.ports ?? [],
    openHsm: options.openHsm ?? (() => Promise.reject(new Error("there is no module"))),
    onInterrupt: (callback) => {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    now: () => time++,
    date: () => options.date ?? new Date(2026, 0, 31, 12, 34, 56, 789),
  };
}

type Stored = TestCliHost["stored"];

function memoryFiles(stored: Stored): Omit<CliHost["files"], "isOthers"> {
  const take = (path: string): Uint8Array<ArrayBuffer> => {
    const file = stored.get(path);
    if (file instanceof Uint8Array) return unshared(file);
    throw Object.assign(new Error(path), { code: file?.code ?? "ENOENT" });
  };
  const locked = new Set<string>();
  return {
    exists: async (path) => stored.has(path),
    sizeOf: async (path) => {
      const file = stored.get(path);
      return file instanceof Uint8Array ? file.length : null;
    },
    isFolder: async (path) => path === "." || [...stored.keys()].some((name) => name.startsWith(`${path}/`)),
    tree: async (path) => memoryTree(stored, path),
    read: async (path, { signal } = {}) => {
      if (signal?.aborted) throw new EspError("operation.aborted", "The operation was stopped.");
      return take(path);
    },
    writeAtomically: async (path, data) => {
      if (data instanceof Uint8Array) stored.set(path, data);
      else {
        const pieces: Uint8Array[] = [];
        for await (const piece of data.pieces()) pieces.push(piece);
        stored.set(path, new Uint8Array(Buffer.concat(pieces)));
      }
    },
    readSlice: async (path, offset, sizeBytes) => take(path).slice(offset, offset + sizeBytes),
    grow: async (path, keptBytes) => {
      const pieces = [stored.has(path) ? take(path).slice(0, keptBytes) : new Uint8Array(0)];
      const keep = (): void => void stored.set(path, new Uint8Array(Buffer.concat(pieces)));
      keep();
      return {
        append: async (data) => {
          pieces.push(unshared(data).slice());
          keep();
        },
        close: async () => {},
      };
    },
    makeFolder: async () => {},
    remove: async (path) => {
      take(path);
      stored.delete(path);
    },
    move: async (from, to) => {
      if (stored.has(to)) throw Object.assign(new Error(to), { code: "EEXIST" });
      stored.set(to, take(from));
      stored.delete(from);
    },
    append: async (path, data) => {
      const before = stored.has(path) ? take(path) : new Uint8Array(0);
      stored.set(path, Uint8Array.of(...before, ...data));
    },
    checkWritable: async (path) => {
      if (stored.has(path)) take(path);
    },
    writeSecret: async (path, data, { replace }) => {
      const isThere = stored.has(path) && take(path).length > 0;
      if (isThere && !replace) throw Object.assign(new Error(path), { code: "EEXIST" });
      stored.set(path, data);
    },
    lock: async (path) => {
      if (locked.has(path)) throw new EspError("file.busy", `The file '${path}' is in use by another program.`);
      locked.add(path);
      return async () => void locked.delete(path);
    },
    isSameFile: async (first, second) => normalize(first) === normalize(second),
  };
}

function memoryTree(stored: Stored, path: string): Tree {
  const root = path === "." ? "" : `${path}/`;
  const files = [...stored].flatMap(([name, file]): [string, Uint8Array][] =>
    name.startsWith(root) && file instanceof Uint8Array ? [[name.slice(root.length), file]] : [],
  );
  return mapTree(new Map(files));
}

function chipFiles(stored: Stored): HostFiles {
  return {
    read: async (path) => {
      const file = stored.get(path);
      return file instanceof Uint8Array ? unshared(file) : null;
    },
    write: async (path, bytes) => {
      stored.set(path, bytes);
    },
  };
}
