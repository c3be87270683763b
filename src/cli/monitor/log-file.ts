import type { CliFiles } from "../host/host.ts";

/** A file to which text is added in the background, in order. */
export class LogFile {
  readonly path: string;
  readonly #files: CliFiles;
  readonly #onFailure: (error: unknown) => void;
  readonly #encoder = new TextEncoder();
  #waiting = "";
  #writing: Promise<void> | null = null;
  #failed = false;

  /** `onFailure` is called once; nothing is written after that. */
  constructor(path: string, files: CliFiles, onFailure: (error: unknown) => void) {
    this.path = path;
    this.#files = files;
    this.#onFailure = onFailure;
  }

  write(text: string): void {
    // Nothing to write would look as if it were being written for ever.
    if (this.#failed || text === "") return;
    this.#waiting += text;
    this.#writing ??= this.#drain();
  }

  /** Resolves when all that was written is in the file, or cannot be. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const text = this.#waiting;
        this.#waiting = "";
        await this.#files.append(this.path, this.#encoder.encode(text));
      }
    } catch (error) {
      this.#failed = true;
      this.#waiting = "";
      this.#onFailure(error);
    } finally {
      this.#writing = null;
    }
  }
}
