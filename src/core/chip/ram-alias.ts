import type { AddressWindow, ChipDescriptor } from "./types.ts";

/** Where else the same memory is seen, as far as the range lies in memory that has a second address; else null. */
export function aliasOf(chip: Pick<ChipDescriptor, "ramAlias">, range: AddressWindow): AddressWindow | null {
  const alias = chip.ramAlias;
  if (alias === null) return null;
  const { instruction, dataStart } = alias;
  const data = { start: dataStart, end: dataStart + instruction.end - instruction.start };
  return mirror(range, instruction, data, alias.reversed) ?? mirror(range, data, instruction, alias.reversed);
}

function mirror(range: AddressWindow, from: AddressWindow, to: AddressWindow, reversed: boolean): AddressWindow | null {
  const start = Math.max(range.start, from.start);
  const end = Math.min(range.end, from.end);
  if (start >= end) return null;
  if (reversed) return { start: to.end - (end - from.start), end: to.end - (start - from.start) };
  return { start: to.start + start - from.start, end: to.start + end - from.start };
}
