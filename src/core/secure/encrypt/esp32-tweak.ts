/**
 * The ESP32's flash encryption gives each 32 bytes of flash a key of their own: bits of the key are inverted where a bit
 * of the flash offset is 1 (ESP32 Technical Reference Manual, "External Memory Encryption and Decryption"; fact sheet, D5).
 */

const KEY_WORDS = 8;
const LOWEST_BIT = 5;
const HIGHEST_BIT = 23;
const OFFSET_BITS = HIGHEST_BIT - LOWEST_BIT + 1;

// The key's bits, highest first, stand in four groups. In each the offset's bits 23 to 5 repeat three times, and then
// follow those from this one to 5. Bit 0 of the configuration switches the first group on, and so on.
const REST_FROM: readonly number[] = [14, 12, 10, 8];
const REPEATS = 3;

/** FLASH_CRYPT_CONFIG with all four groups on, as ESP-IDF burns it. */
export const FULL_TWEAK = 0xf;

/** For each bit of a flash offset, from bit 5 on, the eight little-endian words of key bits that it inverts. */
export type TweakMasks = Uint32Array;

/** The masks for a FLASH_CRYPT_CONFIG of 0 to 15. */
export function tweakMasks(flashCryptConfig: number): TweakMasks {
  const masks = new Uint32Array(OFFSET_BITS * KEY_WORDS);
  let keyBit = 0;
  for (const [group, restFrom] of REST_FROM.entries())
    for (const offsetBit of groupPattern(restFrom)) {
      // Key bit 0 is the highest of the first byte.
      const byte = keyBit >> 3;
      const at = (offsetBit - LOWEST_BIT) * KEY_WORDS + (byte >> 2);
      if ((flashCryptConfig >> group) & 1) masks[at] = (masks[at] ?? 0) | ((0x80 >> (keyBit & 7)) << (8 * (byte & 3)));
      keyBit++;
    }
  return masks;
}

/** Puts the key for the 32 bytes at `offset` (below 16 MB) into `tweaked`; keys are eight little-endian words. */
export function tweakKey(masks: TweakMasks, key: Uint32Array, offset: number, tweaked: Uint32Array): void {
  tweaked.set(key);
  for (let bit = 0; bit < OFFSET_BITS; bit++) {
    if (((offset >>> (LOWEST_BIT + bit)) & 1) === 0) continue;
    const mask = bit * KEY_WORDS;
    for (let word = 0; word < KEY_WORDS; word++) tweaked[word] = (tweaked[word] ?? 0) ^ (masks[mask + word] ?? 0);
  }
}

function groupPattern(restFrom: number): number[] {
  const whole = Array.from({ length: OFFSET_BITS }, (_, index) => HIGHEST_BIT - index);
  const rest = whole.filter((bit) => bit <= restFrom);
  return [...Array.from({ length: REPEATS }, () => whole).flat(), ...rest];
}
