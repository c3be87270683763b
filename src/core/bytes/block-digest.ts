/** The words of a digest in the making, changed by one block of 64 bytes. */
export type Compress = (state: Int32Array, block: DataView, offset: number) => void;

/** What tells one digest of this family from another. */
export interface DigestKind {
  readonly initial: readonly number[];
  readonly compress: Compress;
  readonly isLittleEndian: boolean;
}

const BLOCK_BYTES = 64;
/** The length of all data in bits, at the end of the last block. */
const LENGTH_BYTES = 8;

/** MD5 and SHA-256 have this in common: blocks of 64 bytes, an end of a one bit, zeros and the length (RFC 1321; FIPS 180-4). */
export class BlockDigest {
  readonly #kind: DigestKind;
  readonly #state: Int32Array;
  readonly #rest: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK_BYTES);
  #totalBytes = 0;

  constructor(kind: DigestKind, before?: BlockDigest) {
    this.#kind = kind;
    this.#state = Int32Array.from(before === undefined ? kind.initial : before.#state);
    if (before === undefined) return;
    this.#rest.set(before.#rest);
    this.#totalBytes = before.#totalBytes;
  }

  update(bytes: Uint8Array): this {
    const held = this.#totalBytes % BLOCK_BYTES;
    this.#totalBytes += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK_BYTES - held, bytes.length);
      this.#rest.set(bytes.subarray(0, at), held);
      if (held + at < BLOCK_BYTES) return this;
      this.#compress(this.#rest, 0, BLOCK_BYTES);
    }
    const end = bytes.length - ((bytes.length - at) % BLOCK_BYTES);
    this.#compress(bytes, at, end);
    this.#rest.set(bytes.subarray(end));
    return this;
  }

  #compress(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = from; at < to; at += BLOCK_BYTES) this.#kind.compress(this.#state, view, at);
  }

  /** One of its own, that has seen the same so far. */
  clone(): BlockDigest {
    return new BlockDigest(this.#kind, this);
  }

  /** Of all bytes so far; more may follow all the same. */
  digest(): Uint8Array<ArrayBuffer> {
    const { isLittleEndian } = this.#kind;
    const bits = this.#totalBytes * 8;
    const held = this.#totalBytes % BLOCK_BYTES;
    const end = new Uint8Array(held + 1 + LENGTH_BYTES > BLOCK_BYTES ? 2 * BLOCK_BYTES - held : BLOCK_BYTES - held);
    end[0] = 0x80;
    const length = new DataView(end.buffer, end.length - LENGTH_BYTES);
    length.setUint32(isLittleEndian ? 0 : 4, bits >>> 0, isLittleEndian);
    length.setUint32(isLittleEndian ? 4 : 0, Math.floor(bits / 2 ** 32), isLittleEndian);
    const state = this.clone().update(end).#state;
    const digest = new DataView(new ArrayBuffer(state.length * 4));
    for (const [index, word] of state.entries()) digest.setInt32(index * 4, word, isLittleEndian);
    return new Uint8Array(digest.buffer);
  }
}
