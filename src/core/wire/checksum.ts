/** XOR of the bytes seeded with 0xEF (fact sheet 3.3): the checksum of data blocks and of image segments. */
export function xorChecksum(bytes: Uint8Array, seed = 0xef): number {
  let sum = seed;
  for (let index = 0; index < bytes.length; index++) sum ^= bytes[index] as number;
  return sum;
}
