import { toHex } from "../bytes/hex.ts";
import type { Clock } from "../clock.ts";
import { type Assembler, type LineSink, PARTIAL_AFTER_MS } from "./line.ts";

const ROW_BYTES = 16;

/** Bytes as rows of a hex dump: `00000010  68 65 6c 6c 6f ...  |hello...|`. A row that does not fill up is shown after a while. */
export class HexRows implements Assembler {
  readonly #clock: Clock;
  readonly #sink: LineSink;
  #row: number[] = [];
  #atMs = 0;
  /** Bytes in the rows before. */
  #offset = 0;
  #cancelTimer: () => void = () => {};

  constructor(clock: Clock, sink: LineSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#row.length === 0) {
        this.#atMs = this.#clock.now();
        this.#cancelTimer = this.#clock.after(PARTIAL_AFTER_MS, () => this.flush());
      }
      this.#row.push(byte);
      if (this.#row.length === ROW_BYTES) this.flush();
    }
  }

  flush(): void {
    this.#cancelTimer();
    if (this.#row.length === 0) return;
    const bytes = Uint8Array.from(this.#row);
    const text = hexRow(this.#offset, bytes);
    const atMs = this.#atMs;
    this.#offset += bytes.length;
    this.#row = [];
    this.#sink.piece({ text, starts: true, ends: true, atMs });
    this.#sink.line({ text, bytes, atMs, complete: true });
  }
}

function hexRow(offset: number, bytes: Uint8Array): string {
  const halves = [bytes.subarray(0, ROW_BYTES / 2), bytes.subarray(ROW_BYTES / 2)].map((half) => toHex(half, " "));
  const digits = halves.filter((half) => half !== "").join("  ");
  const characters = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
  const place = (offset % 0x1_0000_0000).toString(16).padStart(8, "0");
  return `${place}  ${digits.padEnd(ROW_BYTES * 3)}  |${characters.join("")}|`;
}
