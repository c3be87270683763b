import { equalBytes } from "../../core/bytes/words.ts";
import { EspError } from "../../core/errors.ts";
import { type ChipState, decodeState, encodeState } from "./state-file.ts";

/** Whole files, wherever the host keeps them. */
export interface FileAccess {
  /** The content, or null when there is no such file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Replaces the file in one step, so that no reader and no crash ever sees a part of it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Keeps other programs away from the file until the returned function is called. Throws `file.busy` when one has it.
   * Without it, nobody is kept away.
   */
  lock?(path: string, options: { readonly patienceMs: number }): Promise<() => Promise<void>>;
}

/** Enough for a program that is about to end; a chip that is in use stays so for long. */
const PATIENCE_MS = 2000;

/**
 * The file in which a chip is kept. Between two programs it is locked as a serial port is: from opening the port to
 * closing it. Nothing is written over what another program may have put there, burned bits least of all.
 */
export class KeptState {
  readonly path: string;
  readonly #files: FileAccess;
  /** The file as it was last seen. */
  #known: Uint8Array | null = null;
  #unlock: (() => Promise<void>) | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string, files: FileAccess) {
    this.path = path;
    this.#files = files;
  }

  /** What is in the file; null: there is none yet. Throws `virtual.state-file`. */
  async load(): Promise<ChipState | null> {
    this.#known = await this.#files.read(this.path);
    return this.#known === null ? null : decodeState(this.#known, this.path);
  }

  /** Takes the file. What is in it now, if another program has changed it; else null. Throws `file.busy`. */
  async take(): Promise<ChipState | null> {
    if (this.#unlock !== null) return null;
    this.#unlock = (await this.#files.lock?.(this.path, { patienceMs: PATIENCE_MS })) ?? (async () => {});
    try {
      const before = this.#known;
      const state = await this.load();
      const isAsBefore = this.#known === null || (before !== null && equalBytes(before, this.#known));
      return isAsBefore ? null : state;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** Writes what differs from the file. Throws `virtual.state-file` when that is not what it was. */
  save(state: ChipState): Promise<void> {
    const saved = this.#saving.then(() => this.#save(encodeState(state)));
    this.#saving = saved.catch(() => {});
    return saved;
  }

  async #save(bytes: Uint8Array): Promise<void> {
    if (this.#known !== null && equalBytes(bytes, this.#known)) return;
    const there = await this.#files.read(this.path);
    if (there !== null && (this.#known === null || !equalBytes(there, this.#known))) throw changedMeanwhile(this.path);
    await this.#files.write(this.path, bytes);
    this.#known = bytes;
  }

  async release(): Promise<void> {
    const unlock = this.#unlock;
    this.#unlock = null;
    await unlock?.();
  }
}

function changedMeanwhile(path: string): EspError {
  return new EspError(
    "virtual.state-file",
    `The chip was not saved: another program has changed the file '${path}' meanwhile.`,
    { hint: "The file is as that program left it. Use a file of its own for each.", details: { path } },
  );
}
