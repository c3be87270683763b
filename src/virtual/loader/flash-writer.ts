import { type InflateStream, inflateStream } from "../../core/bytes/deflate.ts";
import { sha256 } from "../../core/bytes/sha256.ts";

export interface FlashWrite {
  readonly address: number;
  /** Bytes that are to arrive in flash. */
  readonly sizeBytes: number;
  readonly compressed: boolean;
  readonly encrypted: boolean;
}

/** One write operation between BEGIN and END: where it stands, and how blocks become flash contents. */
export class FlashWriter {
  readonly compressed: boolean;
  readonly #encrypted: boolean;
  readonly #stream: InflateStream = inflateStream();
  #address: number;
  #remaining: number;

  constructor({ address, sizeBytes, compressed, encrypted }: FlashWrite) {
    this.compressed = compressed;
    this.#encrypted = encrypted;
    this.#address = address;
    this.#remaining = sizeBytes;
  }

  get address(): number {
    return this.#address;
  }

  get remaining(): number {
    return this.#remaining;
  }

  /** The end of the stream was seen. */
  get ended(): boolean {
    return this.#stream.ended;
  }

  /** The flash contents in this block; `"broken"` when its stream cannot be decoded. */
  take(block: Uint8Array): Uint8Array | "broken" {
    if (!this.compressed) return block;
    try {
      return this.#stream.push(block);
    } catch {
      return "broken";
    }
  }

  /** Counts bytes as written and returns the address of the first. */
  advance(sizeBytes: number): number {
    const at = this.#address;
    this.#address += sizeBytes;
    this.#remaining = Math.max(0, this.#remaining - sizeBytes);
    return at;
  }

  /** What lands in flash: as it is, or scrambled when the write is an encrypted one. */
  stored(address: number, bytes: Uint8Array): Uint8Array {
    return this.#encrypted ? scramble(address, bytes) : bytes;
  }
}

const SCRAMBLE_BLOCK = 32;

/**
 * Stands for flash encryption: flash shows something other than the plain text, always the same for the same address.
 * It is no cipher; the keys of a virtual chip protect nothing.
 */
export function scramble(address: number, bytes: Uint8Array): Uint8Array {
  const result = bytes.slice();
  for (let done = 0; done < bytes.length; ) {
    const at = address + done;
    const block = Math.floor(at / SCRAMBLE_BLOCK);
    const mask = sha256(Uint8Array.of(block, block >>> 8, block >>> 16, block >>> 24));
    const from = at % SCRAMBLE_BLOCK;
    const length = Math.min(SCRAMBLE_BLOCK - from, bytes.length - done);
    for (let index = 0; index < length; index++) {
      result[done + index] = (bytes[done + index] ?? 0) ^ (mask[from + index] ?? 0);
    }
    done += length;
  }
  return result;
}
