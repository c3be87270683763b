// Shelf: the world as the command line sees it: streams, files, ports, questions, signals.
// In: (types; `node-host.ts` is the real one.)
// Out: what a test can be instead.

import type { Tree } from "../../bundle.ts";
import type { AbortSignalLike, HostMemory, Port } from "../../index.ts";
import type { ComputerFacts, HsmConfig, HsmSigner, ListedPort } from "../../node.ts";
import type { InterruptSignal } from "./interrupts.ts";

/** A stream of text, as `process.stdout` is one. */
export interface TextStream {
  write(text: string): void;
  /** For a file that goes to standard output. */
  writeBytes?(bytes: Uint8Array): void;
  readonly isTTY: boolean;
  /** Width of the terminal, where there is one. */
  readonly columns?: number | undefined;
  /** Its reader went away (`| head`); what is written is dropped. */
  readonly isBroken?: boolean | undefined;
  /** Why it could not be written to, for any other reason, such as a full disk; what is written from then on is dropped. */
  readonly failure?: unknown | undefined;
  /** Calls back once, when it fails; the returned function ends that. */
  onFailure?(callback: (cause: unknown) => void): () => void;
  /** Resolves when all that was written has left this process, or is known not to. */
  flushed?(): Promise<void>;
}

export interface InputListener {
  /** Nothing more is delivered before the promise is settled. */
  data(bytes: Uint8Array): Promise<void> | void;
  end(): void;
}

/** What is typed or piped in, as `process.stdin` is one. */
export interface ByteInput {
  readonly isTTY: boolean;
  /**
   * Delivers until the returned function is called. A terminal gives each key as it is pressed, Ctrl-C as well, and is
   * put back by that function, or when the program ends without it.
   */
  listen(listener: InputListener): () => void;
}

/** What a file is to hold, asked for when it is written, perhaps more than once, so that not all of it is in memory. */
export interface PiecedContents {
  readonly sizeBytes: number;
  pieces(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A file that is written piece by piece. */
export interface GrowingFile {
  append(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface WriteOptions {
  /** A file that is made for it is its owner's alone. */
  readonly isPrivate?: boolean | undefined;
}

/** What a file is for, which says how large it may be. */
export type FileKind = "firmware" | "key" | "password" | "efuses" | "efuse-table" | "config" | "arguments";

export interface ReadFileOptions {
  /** Default "firmware". */
  readonly kind?: FileKind | undefined;
  readonly signal?: AbortSignalLike | undefined;
  /** Refuse pipes, sockets and devices, with `file.unreadable`: what lies in a folder was not named by anybody as one. */
  readonly onlyFile?: boolean | undefined;
}

export interface WriteSecretOptions {
  readonly replace: boolean;
}

export interface LockOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Paths are as the user wrote them; relative ones start at the working directory. */
export interface CliFiles {
  /**
   * Of a file, a pipe or a device, as much as may be of use. Rejects with the system's error (`ENOENT`, `EACCES`,
   * `EISDIR`, ...), `file.too-large`, `operation.aborted`.
   */
  read(path: string, options?: ReadFileOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Somebody else can say what is in the file: it belongs to neither this user nor the superuser, or everybody may
   * write to it or exchange it. False where the system does not tell, as on Windows.
   */
  isOthers(path: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** Of a file; null of all else, such as pipes and what is not there or cannot be asked. */
  sizeOf(path: string): Promise<number | null>;
  /** There is a folder of that name. */
  isFolder(path: string): Promise<boolean>;
  /** A folder with all that is in it. */
  tree(path: string): Promise<Tree>;
  /**
   * Replaces the file in one step wherever that is possible: readers see the old or the new content, never a part. A file
   * that was there keeps its mode, its owner and its other names.
   */
  writeAtomically(path: string, data: Uint8Array | PiecedContents, options?: WriteOptions): Promise<void>;
  /** Bytes of a file; fewer where it ends. Rejects with the system's error. */
  readSlice(path: string, offset: number, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Opens a file to be added to, behind the first bytes of it, cutting off what is behind them. It is made if it is not
   * there, its owner's alone. Rejects with the system's error.
   */
  grow(path: string, keptBytes: number): Promise<GrowingFile>;
  /** Resolves when `writeAtomically` can be expected to work; rejects with the system's error. Leaves nothing behind. */
  checkWritable(path: string): Promise<void>;
  /** A folder with all that leads to it, where it is not there. Rejects with the system's error. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file. Rejects with the system's error. */
  remove(path: string): Promise<void>;
  /** Gives a file another name. Rejects with the system's error: `EEXIST` where something has that name. */
  move(from: string, to: string): Promise<void>;
  /** Adds to the end of the file, which is made if it is not there. Rejects with the system's error. */
  append(path: string, data: Uint8Array): Promise<void>;
  /**
   * Writes a file that nobody else may read, in one step. Rejects with `EEXIST` when there is one that is not empty,
   * unless it is to be replaced.
   */
  writeSecret(path: string, data: Uint8Array, options: WriteSecretOptions): Promise<void>;
  /** Keeps what could not be written somewhere else, where only the owner may read it. Null: there was no such place. */
  rescue?(path: string, data: Uint8Array): Promise<string | null>;
  /**
   * Keeps other programs of this kind away from the file until the returned function is called. Rejects with `file.busy`
   * when one of them keeps it for longer than one waits.
   */
  lock(path: string, options?: LockOptions): Promise<() => Promise<void>>;
  /** Both paths lead to one file, directly or through links; or would, where there is none yet. */
  isSameFile(first: string, second: string): Promise<boolean>;
}

/** Where configuration files are looked for. */
export interface HostPlace {
  /** Absolute. */
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly isWindows: boolean;
}

export interface OpenPortSettings {
  /** How long the system may take to accept data. Default 10 000. */
  readonly writeTimeoutMs?: number | undefined;
  /** Ends the reading of a virtual chip's file. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Everything the command line needs of the world, so that a test can be the world. */
export interface CliHost {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly stdin: ByteInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: CliFiles;
  readonly place: HostPlace;
  /** What was learnt in earlier runs; commands reach it by `hostMemory`, which knows of --no-memory. */
  readonly memory: HostMemory;
  openPort(text: string, settings?: OpenPortSettings): Promise<Port>;
  /** What stands between this computer and a board. */
  lookAtComputer(): Promise<ComputerFacts>;
  listPorts(): Promise<readonly ListedPort[]>;
  /** A key inside a hardware security module. */
  openHsm(config: HsmConfig): Promise<HsmSigner>;
  /** Calls back once, on Ctrl-C, SIGTERM or a terminal that closes; the returned function ends that. */
  onInterrupt(callback: (signal: InterruptSignal) => void): () => void;
  /** Milliseconds; for elapsed times only. */
  now(): number;
  /** Date and time, for people. */
  date(): Date;
}
