import { toHex } from "../../bytes/hex.ts";
import { bitsToBytes } from "../table/bits.ts";
import { findField } from "../table/find-field.ts";
import type { EfuseField, EfuseState } from "../table/types.ts";
import { fieldValue } from "./field-value.ts";
import { macCrc } from "./mac-value.ts";

/** MAC addresses as they are stored, and how one can tell that they are right (fact sheet efuse-secure A6). */

export interface MacMeaning {
  /** Lower case, separated by colons. */
  readonly address: string;
  /** The check sum is right; where there is none, the chip reports no damage. */
  readonly valid: boolean;
  /** Only the ESP32 stores one. */
  readonly crc: { readonly stored: number; readonly calculated: number } | null;
  /** The address and a remark, as summaries show it. */
  readonly text: string;
}

export function macMeaning(state: EfuseState, field: EfuseField, raw: bigint): MacMeaning {
  const bytes = macBytes(field, raw);
  const address = toHex(bytes, ":");
  if (state.table.chip === "esp32") {
    const stored = Number(fieldValue(state, findField(state.table, `${field.name}_CRC`)));
    const calculated = macCrc(bytes);
    const valid = stored === calculated;
    const remark = valid
      ? `(CRC ${hexByte(stored)} OK)`
      : `(CRC ${hexByte(stored)} invalid - calculated ${hexByte(calculated)})`;
    return { address, valid, crc: { stored, calculated }, text: `${address} ${remark}` };
  }
  const errors = state.blocks.get(field.block)?.errors;
  const valid = errors === undefined || (errors.count === 0 && !errors.fail);
  const remark = valid
    ? "(OK)"
    : `(Block${field.block} has ERRORS:${errors.count} FAIL:${errors.fail ? "True" : "False"})`;
  return { address, valid, crc: null, text: `${address} ${remark}` };
}

/** From its first byte on. What the factory burned is stored last byte first, a user's own address first byte first. */
function macBytes(field: EfuseField, raw: bigint): Uint8Array<ArrayBuffer> {
  const stored = bitsToBytes(raw, field.width / 8);
  return field.name === "CUSTOM_MAC" ? stored : stored.reverse();
}

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
