/** The 3/4 coding of the ESP32 (fact sheet efuse-secure A9): every six bytes are burned as eight. */
const GROUP_DATA = 6;
const GROUP_CODED = 8;
export const THREE_QUARTERS_DATA_BYTES = 24;

/** 24 data bytes as the 32 that are burned. */
export function encodeThreeQuarters(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const coded = new Uint8Array((THREE_QUARTERS_DATA_BYTES / GROUP_DATA) * GROUP_CODED);
  for (let group = 0; group * GROUP_DATA < THREE_QUARTERS_DATA_BYTES; group++) {
    const bytes = Uint8Array.from({ length: GROUP_DATA }, (_, index) => data[group * GROUP_DATA + index] ?? 0);
    coded.set(bytes, group * GROUP_CODED);
    coded.set(checkBytes(bytes), group * GROUP_CODED + GROUP_DATA);
  }
  return coded;
}

/** The exclusive or of the six bytes, and the sum of their numbers of set bits, each times its place from 1 on. */
function checkBytes(bytes: Uint8Array): readonly [number, number] {
  let exclusive = 0;
  let weighted = 0;
  bytes.forEach((byte, index) => {
    exclusive ^= byte;
    weighted += (index + 1) * setBits(byte);
  });
  // At most 8 x (1 + ... + 6) = 168: it fits a byte.
  return [exclusive, weighted];
}

function setBits(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
}
