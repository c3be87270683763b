import { EspError } from "../../index.ts";
import type { CliEvent } from "../cli-event.ts";
import { hex32 } from "./numbers.ts";

interface FileUnderWay {
  readonly name: string;
  readonly address: number;
  readonly done: number;
  readonly total: number;
}

interface FilesOfWork {
  readonly index: number;
  readonly count: number;
}

/** What a command has done to the flash so far, for whoever stops it. */
export class WorkRecord {
  #files: FilesOfWork = { index: -1, count: 0 };
  #current: FileUnderWay | null = null;
  /** Written and not verified yet. */
  #unverified: string | null = null;
  readonly #finished: string[] = [];
  #isErasing = false;
  #read: { readonly done: number; readonly total: number } | null = null;

  note(event: CliEvent): void {
    // One handler per kind of event, each for its own: the lookup by `type` is what guarantees it.
    const handle = this.#handlers[event.type] as ((event: CliEvent) => void) | undefined;
    handle?.(event);
  }

  readonly #handlers: { readonly [Type in CliEvent["type"]]?: (event: Extract<CliEvent, { type: Type }>) => void } = {
    "write.file": ({ file, address, sizeBytes, index, count }) => {
      this.#settle();
      this.#files = { index, count };
      this.#current = { name: file, address, done: 0, total: sizeBytes };
    },
    progress: ({ phase, done, total }) => {
      if (phase === "read") this.#read = { done, total };
      if (phase === "write" && this.#current !== null) this.#current = { ...this.#current, done };
    },
    "write.done": ({ file }) => {
      this.#current = null;
      this.#unverified = file;
    },
    "write.skipped": ({ file }) => this.#finish(file),
    "write.unchanged": ({ file }) => this.#finish(file),
    "verify.matched": ({ file, after }) => {
      if (after !== "verify") this.#finish(file);
    },
    "verify.impossible": () => this.#settle(),
    "read.done": () => {
      this.#read = null;
    },
    note: ({ code }) => {
      // It has said what is kept.
      if (code === "read.part-kept") this.#read = null;
    },
    "erase.started": () => {
      this.#isErasing = true;
    },
    "erase.done": () => {
      this.#isErasing = false;
    },
  };

  /** The error with what is done, where somebody has stopped the work; any other as it is. */
  added(error: EspError): EspError {
    const told = error.code === "operation.aborted" ? this.#sentences() : [];
    if (told.length === 0) return error;
    return new EspError(error.code, [error.message, ...told].join(" "), {
      details: error.details,
      ...(error.hint !== undefined && { hint: error.hint }),
      remedies: error.remedies,
      cause: error.cause,
    });
  }

  #finish(file: string): void {
    this.#current = null;
    this.#unverified = null;
    this.#finished.push(file);
  }

  /** Nothing more is said of it. */
  #settle(): void {
    if (this.#unverified !== null) this.#finish(this.#unverified);
  }

  #sentences(): string[] {
    const sentences: string[] = [];
    if (this.#isErasing) sentences.push("The flash was being erased; what is left in it is not known.");
    if (this.#finished.length > 0) sentences.push(`Written: ${this.#finished.map(quoted).join(", ")}.`);
    if (this.#unverified !== null) sentences.push(`Written, but not verified: ${quoted(this.#unverified)}.`);
    const { index, count } = this.#files;
    const current = this.#current;
    if (current !== null && current.done > 0) {
      const { name, address, done, total } = current;
      sentences.push(`Written in part: ${quoted(name)}, ${done} of ${total} bytes from ${hex32(address)} on.`);
    }
    const missing = [
      ...(current !== null && current.done === 0 ? [`${quoted(current.name)} (its place may be erased)`] : []),
      ...(count - index > 1 ? [filesText(count - index - 1)] : []),
    ];
    if (missing.length > 0) sentences.push(`Not written: ${missing.join(" and ")}.`);
    if (this.#read !== null)
      sentences.push(`Read: ${this.#read.done} of ${this.#read.total} bytes; none of it is saved.`);
    return sentences;
  }
}

function quoted(name: string): string {
  return `'${name}'`;
}

function filesText(count: number): string {
  return count === 1 ? "one more file" : `${count} more files`;
}
