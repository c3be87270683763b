/** Flash is divided into such parts, and what is written to it begins with one. */
const SECTOR_BYTES = 4096;

/**
 * What to say of an address in decimal digits that would be one of flash in hexadecimal: `10000` is 0x2710, in the middle
 * of a sector, and 0x10000 is where a program often is. Null for every other one: scripts write 65536, too.
 */
export function decimalAddressWarning(text: string): string | null {
  if (!/^[1-9]\d*$/.test(text)) return null;
  const hexadecimal = Number.parseInt(text, 16);
  const isMeant = Number(text) % SECTOR_BYTES !== 0 && hexadecimal % SECTOR_BYTES === 0;
  if (!isMeant) return null;
  return `The address ${text} is decimal: 0x${Number(text).toString(16)}. Did you mean 0x${text}?`;
}
