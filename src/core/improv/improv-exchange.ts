import type { Clock } from "../clock.ts";
import { type AbortSignalLike, abortedError, EspError, throwIfAborted } from "../errors.ts";
import { awayError, refusedError, silentError } from "./improv-errors.ts";
import type { ImprovCommand, ImprovErrorName, ImprovFrame } from "./improv-frame.ts";

/** What is known by now; `moreWithinMs`: 0 when that is all, else how long more of it may take to come. */
export interface Heard<T> {
  readonly value: T;
  readonly moreWithinMs: number;
}

/** One question, and how its answer is told from everything else that a device says. */
export interface Question<T> {
  readonly command: ImprovCommand;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
  /** Asked again so often until something comes: firmware that starts misses the first. Only what may be done twice. */
  readonly repeatAfterMs?: number | undefined;
  /** Null: the frame says nothing about it. */
  hear(frame: ImprovFrame): Heard<T> | null;
  /** Whether an error of the device means this question. */
  isRefusal(reason: ImprovErrorName): boolean;
}

/** Sends bytes; false when the device is away. */
export type SendBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>;

/** One question at a time: frames do not say which of two they answer. */
export class ImprovExchange {
  readonly #send: SendBytes;
  readonly #clock: Clock;
  #tail: Promise<unknown> = Promise.resolve();
  #hear: ((frame: ImprovFrame) => void) | null = null;
  #stop: ((error: EspError) => void) | null = null;
  #closed: EspError | null = null;

  constructor(send: SendBytes, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  hear(frame: ImprovFrame): void {
    this.#hear?.(frame);
  }

  close(): void {
    this.#closed ??= new EspError("operation.aborted", "The conversation with the device was ended.");
    this.#stop?.(this.#closed);
  }

  /** The question is made when its turn has come. Who waits for his turn can be stopped, too. */
  ask<T>(question: () => Question<T>, signal?: AbortSignalLike): Promise<T> {
    const turn = this.#tail;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => stopped(signal, reject);
      signal?.addEventListener("abort", onAbort);
      const asked = turn.then(() => this.#ask(question, signal));
      this.#tail = asked.catch(() => {});
      void asked.then(resolve, reject).then(() => signal?.removeEventListener("abort", onAbort));
    });
  }

  async #ask<T>(make: () => Question<T>, signal: AbortSignalLike | undefined): Promise<T> {
    throwIfAborted(signal);
    if (this.#closed !== null) throw this.#closed;
    const question = make();
    let cancels: (() => void)[] = [];
    const later = (ms: number, callback: () => void): void => {
      cancels.push(this.#clock.after(ms, callback));
    };
    const stopTimers = (): void => {
      for (const cancel of cancels) cancel();
      cancels = [];
    };
    let onAbort = (): void => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        onAbort = () => stopped(signal, reject);
        signal?.addEventListener("abort", onAbort);
        this.#stop = reject;
        this.#hear = (frame) => {
          if (frame.type === "error" && this.#refuses(question, frame.name))
            return reject(refusedError(question.command, frame.name, frame.value));
          const heard = question.hear(frame);
          if (heard === null) return;
          stopTimers();
          if (heard.moreWithinMs === 0) resolve(heard.value);
          else later(heard.moreWithinMs, () => resolve(heard.value));
        };
        const send = (): void => {
          this.#send(question.bytes).then((sent) => {
            if (sent === false) reject(awayError());
          }, reject);
          const { repeatAfterMs } = question;
          if (repeatAfterMs !== undefined) later(repeatAfterMs, send);
        };
        later(question.timeoutMs, () => reject(silentError(question.command, question.timeoutMs)));
        send();
      });
    } finally {
      stopTimers();
      signal?.removeEventListener("abort", onAbort);
      this.#hear = null;
      this.#stop = null;
    }
  }

  /** Of what is asked again and again one may arrive damaged. */
  #refuses(question: Question<unknown>, reason: ImprovErrorName): boolean {
    if (reason === "none") return false;
    if (reason === "invalid-packet" && question.repeatAfterMs !== undefined) return false;
    return question.isRefusal(reason);
  }
}

function stopped(signal: AbortSignalLike | undefined, reject: (error: EspError) => void): void {
  if (signal !== undefined) reject(abortedError(signal));
}
