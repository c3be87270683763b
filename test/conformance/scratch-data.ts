/** The same bytes for the same seed; half of them compress, and none begin like an image. */
export function mixed(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const noise = random(sizeBytes, seed);
  return noise.map((byte, index) => (index === 0 ? 0 : index % 512 < 256 ? index >>> 9 : byte));
}

/** Does not compress. */
export function random(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = (seed * 2_654_435_761) >>> 0;
  const bytes = new Uint8Array(sizeBytes);
  for (let index = 0; index < sizeBytes; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  if (bytes[0] === 0xe9) bytes[0] = 0;
  return bytes;
}

export function compressible(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (index >>> 10) & 0x7f);
}

export function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}
