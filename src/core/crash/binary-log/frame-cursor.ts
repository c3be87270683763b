import { readAscii } from "../../elf/elf.ts";

/** Bytes that a frame holds itself, or an address at which the program has them. */
export type Pointer =
  | { readonly kind: "embedded"; readonly bytes: Uint8Array }
  | { readonly kind: "address"; readonly address: number };

/** Reads the parts of a frame one after the other, big-endian; null where the frame ends before. */
export class FrameCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** What has not been read. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  unsigned(sizeBytes: number): bigint | null {
    const bytes = this.#take(sizeBytes);
    return bytes === null ? null : bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  double(): number | null {
    const bytes = this.#take(8);
    return bytes === null ? null : new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  }

  /** Six ones at its beginning: a negative number of 16 bits, 1 less the count of bytes that follow. */
  pointer(): Pointer | null {
    const first = this.#bytes[this.#at];
    if (first === undefined) return null;
    if (first >> 2 !== 0x3f) {
      const address = this.unsigned(4);
      return address === null ? null : { kind: "address", address: Number(address) };
    }
    const marker = this.unsigned(2);
    const bytes = marker === null ? null : this.#take(1 - (Number(marker) - 0x1_0000));
    return bytes === null ? null : { kind: "embedded", bytes };
  }

  #take(sizeBytes: number): Uint8Array | null {
    if (this.#at + sizeBytes > this.#bytes.length) return null;
    this.#at += sizeBytes;
    return this.#bytes.subarray(this.#at - sizeBytes, this.#at);
  }
}

/** Up to the zeros with which it is filled up. */
export function embeddedText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return readAscii(bytes, 0, end < 0 ? bytes.length : end);
}
