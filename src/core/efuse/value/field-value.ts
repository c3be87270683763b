// Shelf: values of fields: read out of blocks, written by users, explained; what is hidden and what is locked.
// In: a state or table, a field, a value as it was typed.
// Out: numbers, bytes, words for people; requests.

import { EspError } from "../../errors.ts";
import { bitMask } from "../table/bits.ts";
import { checkField, checkProtected, checkState } from "../table/check-efuses.ts";
import { findField } from "../table/find-field.ts";
import type { EfuseField, EfuseState, EfuseTable, Protected } from "../table/types.ts";

/** The bits of a block. Throws `argument.invalid` when it was not read. */
export function blockBits(state: EfuseState, id: number): bigint {
  const block = state.blocks.get(id);
  if (block === undefined) {
    throw new EspError("argument.invalid", `Block ${id} was not read, and is needed here.`, {
      hint: "Read the blocks that blocksFor names.",
      details: { block: id },
    });
  }
  return block.bits;
}

/** The number that the bits of a field make; a calculated one is put together. Hidden fields read 0. */
export function fieldValue(state: EfuseState, field: EfuseField): bigint {
  checkState(state, "state");
  checkField(field, "field");
  if (field.bit !== null) return (blockBits(state, field.block) & bitMask(field.bit, field.width)) >> BigInt(field.bit);
  if (field.parts.length > 0) return partsValue(state, partsOf(state.table, field));
  return esp32MajorVersion(state);
}

/** `fieldValue` of the field of that name, or null where the chip has none. */
export function valueNamed(state: EfuseState, name: string): bigint | null {
  const field = state.table.fields.find((candidate) => candidate.name === name);
  return field === undefined ? null : fieldValue(state, field);
}

/**
 * The ESP32 counts its major version in thermometer code: two eFuses, and above them bit 31 of a register (fact sheet
 * efuse-secure A5). That bit is set in all chips from revision 3.0 on, so the revision stands for it.
 */
function esp32MajorVersion(state: EfuseState): bigint {
  const register = state.chipRevision >= 300 ? 4n : 0n;
  const code = register + 2n * (valueNamed(state, "CHIP_VER_REV2") ?? 0n) + (valueNamed(state, "CHIP_VER_REV1") ?? 0n);
  return { 1: 1n, 3: 2n, 7: 3n }[Number(code)] ?? 0n;
}

/** No bit of RD_DIS hides it. */
export function isReadable(state: EfuseState, field: Protected): boolean {
  checkState(state, "state");
  const { readDisableBits } = checkProtected(field, "field");
  if (readDisableBits.length === 0) return true;
  const hidden = valueNamed(state, "RD_DIS") ?? 0n;
  return readDisableBits.every((bit) => ((hidden >> BigInt(bit)) & 1n) === 0n);
}

/** Its bit of WR_DIS is not set. */
export function isWritable(state: EfuseState, field: Protected): boolean {
  checkState(state, "state");
  const { writeDisableBit } = checkProtected(field, "field");
  if (writeDisableBit === null) return true;
  return (((valueNamed(state, "WR_DIS") ?? 0n) >> BigInt(writeDisableBit)) & 1n) === 0n;
}

/** Bits `from` up to `from + width` of `field` stand at `to` in the value of the whole. */
export interface LocatedPart {
  readonly field: EfuseField;
  readonly from: number;
  readonly width: number;
  readonly to: number;
}

/**
 * Where the bits of a value are: in the field itself; of a calculated one, in others; and the key purposes of the
 * ESP32-P4 have their highest bit in a field of its own (A7).
 */
export function partsOf(table: EfuseTable, field: EfuseField): readonly LocatedPart[] {
  if (field.parts.length > 0) {
    return field.parts.map(({ field: name, from, width, to }) => ({ field: findField(table, name), from, width, to }));
  }
  const own: LocatedPart = { field, from: 0, width: field.width, to: 0 };
  const high = table.fields.find((candidate) => candidate.name === `${field.name}_H`);
  if (field.fieldClass !== "key-purpose" || high === undefined) return [own];
  return [own, { field: high, from: 0, width: high.width, to: field.width }];
}

export function partsValue(state: EfuseState, parts: readonly LocatedPart[]): bigint {
  let value = 0n;
  for (const { field, from, width, to } of parts) {
    value |= ((fieldValue(state, field) >> BigInt(from)) & bitMask(0, width)) << BigInt(to);
  }
  return value;
}

export function partsWidth(parts: readonly LocatedPart[]): number {
  return Math.max(...parts.map(({ to, width }) => to + width));
}
