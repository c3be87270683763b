import { bytesToNumberBE, numberToVarBytesBE } from "@noble/curves/utils.js";
import { concatBytes } from "../../bytes/words.ts";
import type { EspError } from "../../errors.ts";

/** The tags that keys and signatures use (ITU-T X.690, 8.x). */
export const DER = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectId: 0x06,
  sequence: 0x30,
  /** Context-specific and constructed, `[0]`, `[1]`. */
  context0: 0xa0,
  context1: 0xa1,
  /** The same without construction, for an IMPLICIT string. */
  context1Primitive: 0x81,
} as const;

/** Goes through the elements of a DER structure in order; whatever is not strict DER throws what `refusal` makes. */
export class DerCursor {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #refusal: () => EspError;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, refusal: () => EspError) {
    this.#bytes = bytes;
    this.#refusal = refusal;
  }

  /** The next element has this tag. */
  isNext(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  /** The contents of the next element, which must have this tag. */
  take(tag: number): Uint8Array<ArrayBuffer> {
    if (!this.isNext(tag)) throw this.#refusal();
    this.#at++;
    const length = this.#length();
    const start = this.#at;
    if (length > this.#bytes.length - start) throw this.#refusal();
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** A cursor into the next element. */
  enter(tag: number): DerCursor {
    return new DerCursor(this.take(tag), this.#refusal);
  }

  /** A non-negative INTEGER. */
  integer(): bigint {
    const content = this.take(DER.integer);
    const [first, second] = content;
    if (first === undefined || first >= 0x80) throw this.#refusal();
    if (first === 0 && second !== undefined && second < 0x80) throw this.#refusal();
    return bytesToNumberBE(content);
  }

  /** A BIT STRING of whole bytes. */
  bits(): Uint8Array<ArrayBuffer> {
    const content = this.take(DER.bitString);
    if (content[0] !== 0) throw this.#refusal();
    return content.subarray(1);
  }

  /** An OBJECT IDENTIFIER in its dotted form. */
  objectId(): string {
    const arcs: number[] = [];
    let arc = 0;
    let isInside = false;
    for (const byte of this.take(DER.objectId)) {
      const isPadding = !isInside && byte === 0x80;
      if (isPadding || arc > 0xff_ffff) throw this.#refusal();
      arc = arc * 128 + (byte & 0x7f);
      isInside = byte >= 0x80;
      if (isInside) continue;
      arcs.push(arc);
      arc = 0;
    }
    const [joined, ...others] = arcs;
    if (joined === undefined || isInside) throw this.#refusal();
    const root = Math.min(2, Math.floor(joined / 40));
    return [root, joined - root * 40, ...others].join(".");
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#refusal();
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    // Three bytes of length are more than any key has; 0x80 would be BER's indefinite form.
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw this.#refusal();
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.#byte();
    const isMinimal = length >= 0x80 && length >= 2 ** (8 * (count - 1));
    if (!isMinimal) throw this.#refusal();
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.#refusal();
    return byte;
  }
}

/** One element: tag, length, and the parts as contents. */
export function derElement(tag: number, ...parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const content = concatBytes(parts);
  return concatBytes([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
}

export function derInteger(value: bigint): Uint8Array<ArrayBuffer> {
  const magnitude = numberToVarBytesBE(value);
  // A set top bit would make the number negative.
  return derElement(DER.integer, (magnitude[0] ?? 0) >= 0x80 ? concatBytes([Uint8Array.of(0), magnitude]) : magnitude);
}

export function derBits(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return derElement(DER.bitString, Uint8Array.of(0), bytes);
}

/** The element of an OBJECT IDENTIFIER given in its dotted form. */
export function derObjectId(dotted: string): Uint8Array<ArrayBuffer> {
  const [root = 0, second = 0, ...others] = dotted.split(".").map(Number);
  return derElement(DER.objectId, Uint8Array.from([root * 40 + second, ...others].flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const digits = [...numberToVarBytesBE(length)];
  return [0x80 | digits.length, ...digits];
}
