import { fromUtf8 } from "../bytes/text.ts";
import type { Clock } from "../clock.ts";
import { type Assembler, type LineSink, PARTIAL_AFTER_MS } from "./line.ts";
import { incompleteTail } from "./utf8-tail.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A line is cut here: binary data, or text at the wrong baud rate, may hold no end of line at all. */
export const LONGEST_LINE_BYTES = 4096;

/**
 * Bytes as lines of text. An unfinished line is shown after a tenth of a second; a character whose bytes come in two
 * reads stays whole, and the carriage return before a line feed is never shown alone.
 */
export class LineAssembler implements Assembler {
  readonly #clock: Clock;
  readonly #sink: LineSink;
  /** The current line so far. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** How much of it was shown. */
  #shown = 0;
  #atMs = 0;
  /** Something of what is one line to the device was shown, be it a part that was cut off. */
  #isOpen = false;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: Clock, sink: LineSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const end = bytes.indexOf(LINE_FEED, start);
      const room = LONGEST_LINE_BYTES - this.#bytes.length;
      if (end !== -1 && end - start <= room) {
        this.#append(bytes.subarray(start, end));
        this.#finish();
        start = end + 1;
      } else {
        const part = bytes.subarray(start, start + room);
        this.#append(part);
        start += part.length;
        if (part.length === room) this.#cut();
      }
    }
    if (this.#bytes.length > this.#shown) this.#startTimer();
  }

  flush(): void {
    if (this.#bytes.length > 0 || this.#isOpen) this.#deliver({ ends: true, complete: false });
  }

  #append(bytes: Uint8Array): void {
    if (this.#bytes.length === 0) this.#atMs = this.#clock.now();
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  #finish(): void {
    if (this.#bytes.at(-1) === CARRIAGE_RETURN) this.#bytes = this.#bytes.subarray(0, -1);
    this.#deliver({ ends: true, complete: true });
  }

  /** The line grew too long; a character at the cut goes to the next part as a whole. */
  #cut(): void {
    const tail = this.#bytes.slice(this.#bytes.length - this.#heldBack());
    this.#bytes = this.#bytes.subarray(0, this.#bytes.length - tail.length);
    this.#deliver({ ends: false, complete: false });
    if (tail.length > 0) this.#append(tail);
  }

  #deliver({ ends, complete }: { readonly ends: boolean; readonly complete: boolean }): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const bytes = this.#bytes;
    const atMs = this.#atMs;
    const whole = fromUtf8(bytes);
    const text = this.#shown === 0 ? whole : fromUtf8(bytes.subarray(this.#shown));
    const starts = !this.#isOpen;
    this.#bytes = new Uint8Array(0);
    this.#shown = 0;
    this.#isOpen = !ends;
    this.#sink.piece({ text, starts, ends, atMs });
    // Empty when a line ends right after it was cut: that part was delivered.
    if (complete || bytes.length > 0) this.#sink.line({ text: whole, bytes, atMs, complete });
  }

  #startTimer(): void {
    this.#cancelTimer ??= this.#clock.after(PARTIAL_AFTER_MS, () => {
      this.#cancelTimer = null;
      this.#showPartial();
    });
  }

  #showPartial(): void {
    const end = this.#bytes.length - this.#heldBack();
    if (end <= this.#shown) return;
    const text = fromUtf8(this.#bytes.subarray(this.#shown, end));
    const starts = !this.#isOpen;
    this.#shown = end;
    this.#isOpen = true;
    this.#sink.piece({ text, starts, ends: false, atMs: this.#atMs });
  }

  /** Bytes at the end that mean something else once the next ones are there. */
  #heldBack(): number {
    return this.#bytes.at(-1) === CARRIAGE_RETURN ? 1 : incompleteTail(this.#bytes);
  }
}
