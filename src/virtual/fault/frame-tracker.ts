/** Raw position of a frame in its stream, delimiters included, and the first two payload bytes. */
export interface TrackedFrame {
  /** Position of the opening delimiter in the stream. */
  readonly start: number;
  readonly direction: number;
  readonly opcode: number;
}

const DELIMITER = 0xc0;

/**
 * Follows the SLIP frames of one direction without decoding them: enough to count them and to find a byte of the next
 * one. Escapes do not matter here: neither the direction nor any opcode needs one.
 */
export class FrameTracker {
  /** Bytes seen since the stream began. */
  position = 0;
  #start = -1;
  #length = 0;
  #direction = -1;
  #opcode = -1;

  /** `began` once the second payload byte is there, `ended` at the closing delimiter. */
  push(
    bytes: Uint8Array,
    began: (frame: TrackedFrame) => void,
    ended: (frame: TrackedFrame, end: number) => void,
  ): void {
    let index = 0;
    while (index < bytes.length) {
      const delimiter = bytes.indexOf(DELIMITER, index);
      const end = delimiter < 0 ? bytes.length : delimiter;
      if (end > index) this.#content(bytes, index, end, began);
      index = end;
      if (delimiter < 0) break;
      if (this.#start >= 0 && this.#length >= 2) ended(this.#frame(), this.position + delimiter + 1);
      this.#start = this.position + delimiter;
      this.#length = 0;
      index++;
    }
    this.position += bytes.length;
  }

  #content(bytes: Uint8Array, from: number, to: number, began: (frame: TrackedFrame) => void): void {
    const before = this.#length;
    if (before === 0) this.#direction = bytes[from] ?? -1;
    // The opcode is the second payload byte, wherever the first one was.
    if (before < 2 && before + to - from >= 2) this.#opcode = bytes[from + 1 - before] ?? -1;
    this.#length += to - from;
    if (before < 2 && this.#length >= 2 && this.#start >= 0) began(this.#frame());
  }

  #frame(): TrackedFrame {
    return { start: this.#start, direction: this.#direction, opcode: this.#opcode };
  }
}
