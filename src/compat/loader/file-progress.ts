import type { EspEvent } from "../../index.ts";

type Report = (fileIndex: number, written: number, total: number) => void;

interface FileState {
  readonly index: number;
  readonly total: number;
  finished: boolean;
}

/**
 * The progress of a write as esptool-js reports it. Callers add up at `written === total`, so that is said once for each file:
 * when flash is proved to hold it.
 */
export class FileProgress {
  readonly #report: Report;
  readonly #files: ReadonlyMap<string, FileState>;

  constructor(files: readonly { readonly name: string; readonly data: Uint8Array }[], report: Report) {
    this.#report = report;
    this.#files = new Map(files.map(({ name, data }, index) => [name, { index, total: data.length, finished: false }]));
  }

  on(event: EspEvent): void {
    if (event.type === "progress" && event.phase === "write") this.#written(event.file, event.done / event.total);
    else if (event.type === "verify.matched") this.#finish(this.#files.get(event.file));
  }

  /** Everything is written; for files that nothing had to be done for. */
  end(): void {
    for (const file of this.#files.values()) this.#finish(file);
  }

  #written(name: string | undefined, share: number): void {
    const file = name === undefined ? undefined : this.#files.get(name);
    if (file === undefined || file.finished) return;
    // What is sent may be longer than the file by its filling.
    const written = Math.min(Math.floor(share * file.total), file.total - 1);
    if (written > 0) this.#report(file.index, written, file.total);
  }

  #finish(file: FileState | undefined): void {
    if (file === undefined || file.finished) return;
    file.finished = true;
    this.#report(file.index, file.total, file.total);
  }
}
