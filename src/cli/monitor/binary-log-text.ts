import type { BinaryLogReader } from "../../crash.ts";
import type { Assembler, Clock } from "../../index.ts";

/** What looks like the beginning of a frame is shown as text after so long without another byte. */
const SILENCE_MS = 100;

/** Makes text of a binary log before lines are made of it. */
export class BinaryLogText implements Assembler {
  readonly #clock: Clock;
  readonly #reader: BinaryLogReader;
  readonly #lines: Assembler;
  #cancel: () => void = () => {};

  constructor(clock: Clock, reader: BinaryLogReader, lines: Assembler) {
    this.#clock = clock;
    this.#reader = reader;
    this.#lines = lines;
  }

  push(bytes: Uint8Array): void {
    this.#cancel();
    this.#lines.push(this.#reader.push(bytes));
    this.#cancel = this.#clock.after(SILENCE_MS, () => this.#lines.push(this.#reader.flush()));
  }

  flush(): void {
    this.#cancel();
    this.#lines.push(this.#reader.flush());
    this.#lines.flush();
  }
}
