import type { CliHost } from "../../src/cli/host.ts";
import { type HostFiles, type ListedPort, portFromString } from "../../src/node.ts";

export interface CliHostOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly ports?: readonly ListedPort[];
  readonly files?: Readonly<Record<string, Uint8Array | { readonly code: string }>>;
}

export interface TestCliHost extends CliHost {
  /** Everything written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Files by name, those of the line and those of virtual chips; what is an object with a code cannot be used. */
  readonly stored: Map<string, Uint8Array | { readonly code: string }>;
  /** Ports that were asked for, in order. */
  readonly openedPorts: string[];
  /** What Ctrl-C does. */
  interrupt(): void;
}

/** A world for the command line that is all in memory; `virtual:` ports work in virtual time. */
export function testCliHost(options: CliHostOptions = {}): TestCliHost {
  const stored = new Map(Object.entries(options.files ?? {}));
  const output = { out: "", err: "" };
  const openedPorts: string[] = [];
  const interrupts = new Set<() => void>();
  let time = 0;
  return {
    out: () => output.out,
    err: () => output.err,
    stored,
    openedPorts,
    interrupt: () => {
      for (const callback of interrupts) callback();
    },
    stdout: {
      write: (text) => {
        output.out += text;
      },
      isTTY: options.isTTY ?? false,
      columns: options.columns,
    },
    stderr: {
      write: (text) => {
        output.err += text;
      },
      isTTY: false,
    },
    env: options.env ?? {},
    files: memoryFiles(stored),
    openPort: (text) => {
      openedPorts.push(text);
      return portFromString(text, { files: chipFiles(stored) });
    },
    listPorts: async () => options.ports ?? [],
    onInterrupt: (callback) => {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    now: () => time++,
  };
}

type Stored = TestCliHost["stored"];

function memoryFiles(stored: Stored): CliHost["files"] {
  const take = (path: string): Uint8Array => {
    const file = stored.get(path);
    if (file instanceof Uint8Array) return file;
    throw Object.assign(new Error(path), { code: file?.code ?? "ENOENT" });
  };
  return {
    read: async (path) => take(path),
    writeAtomically: async (path, data) => {
      stored.set(path, data);
    },
    checkWritable: async (path) => {
      if (stored.has(path)) take(path);
    },
  };
}

function chipFiles(stored: Stored): HostFiles {
  return {
    read: async (path) => {
      const file = stored.get(path);
      return file instanceof Uint8Array ? file : null;
    },
    write: async (path, bytes) => {
      stored.set(path, bytes);
    },
  };
}
