/**
 * SLIP framing (fact sheet 3.1): frame = C0, payload, C0; inside, C0 becomes DB DC and DB becomes DB DD.
 *
 * The decoder cuts the stream at every C0 and hands out what lies between two of them, so a lost or spurious delimiter
 * costs one frame at most and can never shift the framing of all that follows.
 */

const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/**
 * A wrong escape, to be sent before a frame with a pause in between: a receiver in the midst of a frame drops it, one
 * between two frames does nothing. The flasher stub counts delimiters in pairs, so once it has lost one it takes the gaps
 * between frames for frames, and nothing but this (or a reset) brings it back.
 */
export const WRONG_ESCAPE: Uint8Array = Uint8Array.of(ESCAPE, 0x00);

/** The payload as one frame, delimiters included. */
export function slipEncode(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  let escapes = 0;
  for (let index = 0; index < payload.length; index++) {
    const byte = payload[index];
    if (byte === END || byte === ESCAPE) escapes++;
  }
  const frame = new Uint8Array(payload.length + escapes + 2);
  let at = 0;
  frame[at++] = END;
  for (let index = 0; index < payload.length; index++) {
    const byte = payload[index] as number;
    if (byte === END || byte === ESCAPE) {
      frame[at++] = ESCAPE;
      frame[at++] = byte === END ? ESCAPED_END : ESCAPED_ESCAPE;
    } else frame[at++] = byte;
  }
  frame[at] = END;
  return frame;
}

export interface SlipSink {
  /** Everything between two delimiters, unescaped. The array is the receiver's to keep. Never empty. */
  frame(payload: Uint8Array<ArrayBuffer>): void;
  /** What cannot be a frame: a wrong escape in it, or longer than any frame may be. */
  noise(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Largest frame of the protocol is a 16 KiB block with its headers; leave room and bound the memory. */
const MAXIMUM_FRAME = 0x10000;

export class SlipDecoder {
  readonly #sink: SlipSink;
  #buffer: Uint8Array = new Uint8Array(512);
  #length = 0;
  #escaping = false;
  #broken = false;
  #delimiterSeen = false;

  constructor(sink: SlipSink) {
    this.#sink = sink;
  }

  /** Bytes since the last delimiter, not yet a frame: the tail of a boot log, say. */
  pending(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  /** Behind a delimiter there are bytes that no other has ended yet. */
  get isInFrame(): boolean {
    return this.#delimiterSeen && this.#length > 0;
  }

  /** Forgets what has been collected. */
  reset(): void {
    this.#length = 0;
    this.#escaping = false;
    this.#broken = false;
    this.#delimiterSeen = false;
  }

  push(chunk: Uint8Array): void {
    const size = chunk.length;
    if (size === 1 && this.#tookOrdinaryByte(chunk[0] as number)) return;
    if (this.#buffer.length < this.#length + size + 2) this.#grow(this.#length + size + 2);
    const buffer = this.#buffer;
    let length = this.#length;
    let at = 0;
    while (at < size) {
      const byte = chunk[at++] as number;
      if (this.#escaping) {
        this.#escaping = false;
        if (byte === ESCAPED_END) buffer[length++] = END;
        else if (byte === ESCAPED_ESCAPE) buffer[length++] = ESCAPE;
        else {
          this.#broken = true;
          buffer[length++] = ESCAPE;
          // A delimiter ends the frame even here.
          if (byte === END) {
            this.#length = length;
            this.#finish();
            length = 0;
          } else buffer[length++] = byte;
        }
      } else if (byte === ESCAPE) this.#escaping = true;
      else if (byte === END) {
        this.#length = length;
        this.#finish();
        length = 0;
      } else {
        buffer[length++] = byte;
        // Nearly all bytes are ordinary ones: a loop of its own for them.
        while (at < size) {
          const next = chunk[at] as number;
          if (next === END || next === ESCAPE) break;
          buffer[length++] = next;
          at++;
        }
      }
    }
    this.#length = length;
    if (length > MAXIMUM_FRAME) {
      this.#broken = true;
      this.#finish();
    }
  }

  /** Some ports deliver byte by byte; then the work around the byte is what counts. */
  #tookOrdinaryByte(byte: number): boolean {
    const length = this.#length;
    if (byte === END || byte === ESCAPE || this.#escaping) return false;
    if (length >= this.#buffer.length || length >= MAXIMUM_FRAME) return false;
    this.#buffer[length] = byte;
    this.#length = length + 1;
    return true;
  }

  #finish(): void {
    const length = this.#length;
    const broken = this.#broken || !this.#delimiterSeen;
    this.#delimiterSeen = true;
    this.#broken = false;
    this.#length = 0;
    if (length === 0) return;
    const bytes = this.#buffer.slice(0, length);
    if (broken) this.#sink.noise(bytes);
    else this.#sink.frame(bytes);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
