/** Fact sheet 3.3. */
export const XOR_SEED = 0xef;

const NO_WORDS = new Uint32Array(0);

/** XOR of the bytes seeded with 0xEF (fact sheet 3.3): the checksum of data blocks and of image segments. */
export function xorChecksum(bytes: Uint8Array, seed: number = XOR_SEED): number {
  // Words at a time where they are aligned: firmware has megabytes, and XOR does not mind the order.
  const head = -bytes.byteOffset & 3;
  const wordCount = Math.max(0, bytes.length - head) >>> 2;
  const words = wordCount === 0 ? NO_WORDS : new Uint32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
  let folded = 0;
  for (let index = 0; index < wordCount; index++) folded ^= words[index]!;
  let sum = seed ^ folded ^ (folded >>> 8) ^ (folded >>> 16) ^ (folded >>> 24);
  const tail = wordCount === 0 ? 0 : head + wordCount * 4;
  if (wordCount > 0) for (let index = 0; index < head; index++) sum ^= bytes[index]!;
  for (let index = tail; index < bytes.length; index++) sum ^= bytes[index]!;
  return sum & 0xff;
}
