/**
 * One entry a byte value, for the reflected polynomial 0xEDB88320 of the standard CRC-32 (IEEE 802.3, zlib). Made when the first
 * checksum is computed: most that are loaded with it compute none.
 */
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, value) => {
    let remainder = value;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    return remainder;
  });
}

/**
 * The standard CRC-32 of the bytes, unsigned. `seed` as zlib takes it: the result for the bytes before these; or 0xffffffff,
 * with which ESP-IDF starts the checksums of its own records (NVS, OTA data).
 */
export function crc32(bytes: Uint8Array, seed = 0): number {
  table ??= makeTable();
  let remainder = ~seed;
  for (let index = 0; index < bytes.length; index++)
    remainder = (remainder >>> 8) ^ table[(remainder ^ bytes[index]!) & 0xff]!;
  return ~remainder >>> 0;
}
