/** Header, largest block, and some room: what fits into a buffer. */
export const FRAME_BUFFER: number = 8 + 0x4000 + 0xff;

const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

interface Buffer {
  frame: Uint8Array | null;
  /** What it took was no frame: too long, or with a wrong escape. */
  broken: boolean;
}

/**
 * The receiving side of the flasher stub: two buffers, of which one is filled from the UART's interrupt while the other
 * is being processed.
 *
 * A buffer that got its frame is not followed by the other one until the program polls: what arrives meanwhile is lost.
 * Delimiters are counted in pairs, so a stub that has lost one takes the gaps between frames for frames from then on;
 * only a wrong escape, which is dropped without a word wherever it comes, brings it back.
 *
 * As the machine code of the pinned stub for the ESP32-C3 does it (`tools/generate/stub-pins.json`; docs/virtual-chips.md
 * says how that was seen), which is what the sources of version 1.1.0 say.
 */
export class FrameBuffers {
  readonly #arrive: () => void;
  readonly #wake: () => void;
  readonly #buffers: readonly [Buffer, Buffer] = [
    { frame: null, broken: false },
    { frame: null, broken: false },
  ];
  /** The one being filled, and the one last found full. */
  #filling: 0 | 1 = 0;
  #processing: 0 | 1 = 0;
  #armed = false;
  #state: "between" | "inside" | "escaping" = "between";
  readonly #bytes = new Uint8Array(FRAME_BUFFER);
  #length = 0;
  /** Buffers filled so far. */
  #received = 0;

  /**
   * `arrive` hands over what has arrived until now, so that it meets the buffers as they were; `wake` is called when
   * there is something to poll for.
   */
  constructor(arrive: () => void, wake: () => void) {
    this.#arrive = arrive;
    this.#wake = wake;
  }

  /** As at the start of the program: empty, one buffer armed. */
  reset(): void {
    for (const buffer of this.#buffers) clear(buffer);
    this.#filling = 0;
    this.#processing = 0;
    this.#state = "between";
    this.#length = 0;
    this.#armed = true;
  }

  /** From the UART. */
  receive(bytes: Uint8Array): void {
    const before = this.#received;
    for (const byte of bytes) this.#take(byte);
    // Not in the midst of the bytes: the interrupt takes all that came before the program goes on.
    if (this.#received !== before) this.#wake();
  }

  /** The frame that is to be processed, and the other buffer armed if it is free; null when nothing is there. */
  poll(): Uint8Array | "broken" | null {
    this.#arrive();
    const other = otherThan(this.#filling);
    const found = this.#isBroken(other)
      ? other
      : this.#isBroken(this.#filling) || !this.#isFull(other)
        ? this.#filling
        : other;
    if (!this.#isFull(found)) return null;
    this.#processing = found;
    if (this.#isFull(this.#filling) && !this.#isFull(other)) {
      this.#filling = other;
      this.#armed = true;
    }
    const { frame, broken } = this.#buffers[found];
    return broken || frame === null ? "broken" : frame;
  }

  /** The frame last polled is done with. It does not arm the buffer. */
  release(): void {
    this.#arrive();
    clear(this.#buffers[this.#processing]);
  }

  #isBroken(index: 0 | 1): boolean {
    return this.#buffers[index].broken;
  }

  #isFull(index: 0 | 1): boolean {
    const { frame, broken } = this.#buffers[index];
    return broken || frame !== null;
  }

  #take(byte: number): void {
    if (this.#state === "between") {
      if (byte !== END || !this.#armed) return;
      this.#length = 0;
      this.#state = "inside";
    } else if (this.#state === "escaping") {
      this.#state = "inside";
      if (byte === ESCAPED_END) this.#put(END);
      else if (byte === ESCAPED_ESCAPE) this.#put(ESCAPE);
      else this.#break();
    } else if (byte === ESCAPE) this.#state = "escaping";
    else if (byte === END) this.#finish();
    else this.#put(byte);
  }

  #put(byte: number): void {
    if (this.#length < FRAME_BUFFER) this.#bytes[this.#length++] = byte;
    else this.#break();
  }

  /** A frame of nothing leaves the buffer armed. */
  #finish(): void {
    this.#state = "between";
    if (this.#length === 0) return;
    this.#buffers[this.#filling].frame = this.#bytes.slice(0, this.#length);
    this.#armed = false;
    this.#received++;
  }

  #break(): void {
    this.#state = "between";
    this.#buffers[this.#filling].broken = true;
    this.#armed = false;
    this.#received++;
  }
}

function clear(buffer: Buffer): void {
  buffer.frame = null;
  buffer.broken = false;
}

function otherThan(index: 0 | 1): 0 | 1 {
  return index === 0 ? 1 : 0;
}
