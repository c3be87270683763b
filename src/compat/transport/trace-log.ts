import { type Clock, EspError } from "../../index.ts";

const BYTES_PER_ROW = 16;
/** So much of a trace is kept; the oldest goes first. */
const KEPT_LINES = 100_000;

/** What happened on a transport, for who looks into a fault: on the console at once, and kept. */
export class TraceLog {
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  #last: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  /** With the milliseconds since the line before. */
  add(message: string): void {
    const now = this.#clock.now();
    const line = `TRACE ${(now - this.#last).toFixed(3)} ${message}`;
    this.#last = now;
    if (this.#lines.length >= KEPT_LINES) this.#lines.shift();
    this.#lines.push(line);
    console.log(line);
  }

  async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(`${this.#lines.join("\n")}\n`);
    } catch (cause) {
      throw new EspError("output.unwritable", "The trace cannot be copied: this page may not use the clipboard.", {
        hint: "Call it from a click; the trace is on the console, too.",
        cause,
      });
    }
  }
}

/** Hexadecimal digits; in rows with the text beside them when there is more than one row and rows are wanted. */
export function hexRows(bytes: Uint8Array, inRows: boolean): string {
  if (!inRows || bytes.length <= BYTES_PER_ROW) return hex(bytes);
  const rows: string[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_ROW) {
    const row = bytes.subarray(start, start + BYTES_PER_ROW);
    const halves = `${hex(row.subarray(0, 8)).padEnd(16)} ${hex(row.subarray(8)).padEnd(16)}`;
    rows.push(`\n    ${halves} | ${Array.from(row, printable).join("")}`);
  }
  return rows.join("");
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}
