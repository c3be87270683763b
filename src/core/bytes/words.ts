// Room: bytes and numbers, with no idea of chips: words, layouts, text forms, digests, compression.
// In: bytes, numbers and strings.
// Out: the same in another form. One file here knows each library.

/** Little-endian reads and writes on byte arrays; every multi-byte number on the wire and in images is little-endian. */

export function readU16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
}

export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/** The words as bytes, four a word. */
export function wordsToBytes(words: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words.length * 4);
  words.forEach((word, index) => {
    writeU32(bytes, index * 4, word);
  });
  return bytes;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let total = 0;
  for (const part of parts) total += part.length;
  const joined = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** The next multiple of `multiple` at or above `value`. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

export function roundDown(value: number, multiple: number): number {
  return Math.floor(value / multiple) * multiple;
}

/** A copy with `fill` appended up to a multiple of `multiple`; the same array when nothing is missing. */
export function padTo(bytes: Uint8Array<ArrayBuffer>, multiple: number, fill = 0xff): Uint8Array<ArrayBuffer> {
  const length = roundUp(bytes.length, multiple);
  if (length === bytes.length) return bytes;
  const padded = new Uint8Array(length).fill(fill, bytes.length);
  padded.set(bytes);
  return padded;
}
