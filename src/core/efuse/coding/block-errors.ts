import { bitMask, bitNumbers, wordsToBits } from "../table/bits.ts";
import type { BlockErrors, EfuseTable, RegisterBits } from "../table/types.ts";

/** Where chips tell of damaged blocks (fact sheet efuse-secure A11). */

export const NO_ERRORS: BlockErrors = { count: 0, fail: false, bits: 0n };

/** The registers to be read for `decodeErrors`. */
export function errorRegisters(table: EfuseTable, block: number): readonly number[] {
  const { repeatErrors, blockErrors, decodeStatus } = table.registers;
  if (block === 0) return repeatErrors;
  if (decodeStatus !== null) return [decodeStatus.register];
  const entry = blockErrors[block];
  return [entry?.count, entry?.fail].flatMap((bits) => (bits === null || bits === undefined ? [] : [bits.register]));
}

/** Pure: what these registers say of a block. */
export function decodeErrors(table: EfuseTable, block: number, word: (register: number) => number): BlockErrors {
  const { repeatErrors, blockErrors, decodeStatus } = table.registers;
  const read = (bits: RegisterBits | null | undefined): number =>
    bits === null || bits === undefined ? 0 : (word(bits.register) >>> bits.shift) & bits.mask;
  if (block === 0) {
    // They lie over BLOCK0 from its word 1 on.
    const overlay = wordsToBits([0, ...repeatErrors.map(word)]);
    const bits = overlay & bitMask(0, 32 * (table.blocks[0]?.words ?? 0));
    const count = bitNumbers(bits).length;
    return { count, fail: count > 0, bits };
  }
  // The ESP32 does not tell which of its coded blocks is damaged.
  if (decodeStatus !== null) return { ...NO_ERRORS, fail: read(decodeStatus) !== 0 };
  const entry = blockErrors[block];
  return { ...NO_ERRORS, count: read(entry?.count), fail: read(entry?.fail) !== 0 };
}

/** Something is wrong that was not wrong before. */
export function isWorse(now: BlockErrors, before: BlockErrors): boolean {
  return now.count > before.count || (now.fail && !before.fail) || (now.bits & ~before.bits) !== 0n;
}

export function hasErrors({ count, fail }: BlockErrors): boolean {
  return count > 0 || fail;
}
