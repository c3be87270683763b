// Shelf: functions in a chip's ROM, of which nobody has debug information.
// In: linker scripts and symbols that say what stands where in ROM.
// Out: names of functions for addresses there.

/**
 * Where chips have code in ROM: their IROM_MASK in the fact files of the chips, and the regions of the fact sheet of crashes, section 11. Of a
 * P4 the first one is flash, so an address in it is in ROM only where no program has code.
 */
const ROM_RANGES: readonly (readonly [start: number, end: number])[] = [
  [0x2f80_0000, 0x2f85_0000],
  [0x3000_0000, 0x3012_0000],
  [0x4000_0000, 0x4007_0000],
  [0x4fc0_0000, 0x4fc2_0000],
];

export function isRomAddress(address: number): boolean {
  return ROM_RANGES.some(([start, end]) => start <= address && address < end);
}
