/** CRC-8 of the ESP32's MAC eFuse: polynomial 31h reflected, starting at 0 (the Dallas/Maxim CRC). */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x8c;
  }
  return crc;
}
