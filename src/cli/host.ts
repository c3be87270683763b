import type { Port } from "../index.ts";
import type { ListedPort } from "../node.ts";

/** A stream of text, as `process.stdout` is one. */
export interface TextStream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal, where there is one. */
  readonly columns?: number | undefined;
}

/** Paths are as the user wrote them; relative ones start at the working directory. */
export interface CliFiles {
  /** Rejects with the system's error (`ENOENT`, `EACCES`, `EISDIR`, ...). */
  read(path: string): Promise<Uint8Array>;
  /** Replaces the file in one step: readers see the old or the new content, never a part. */
  writeAtomically(path: string, data: Uint8Array): Promise<void>;
  /** Resolves when `writeAtomically` can be expected to work; rejects with the system's error. Leaves nothing behind. */
  checkWritable(path: string): Promise<void>;
}

/** Everything the command line needs of the world, so that a test can be the world. */
export interface CliHost {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: CliFiles;
  openPort(text: string): Promise<Port>;
  listPorts(): Promise<readonly ListedPort[]>;
  /** Calls back on Ctrl-C; the returned function ends that. */
  onInterrupt(callback: () => void): () => void;
  /** Milliseconds; for elapsed times only. */
  now(): number;
}
