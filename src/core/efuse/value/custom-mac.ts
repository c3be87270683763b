import { type Check, orNull } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkBoolean, checkText } from "../../check/values.ts";
import { checkState, checkTable } from "../table/check-efuses.ts";
import { findField } from "../table/find-field.ts";
import type { EfuseState, EfuseTable } from "../table/types.ts";
import { fieldValue, isReadable, valueNamed } from "./field-value.ts";
import { type MacMeaning, macMeaning } from "./mac-meaning.ts";

/** A user's own MAC address (fact sheet efuse-secure A13, get-custom-mac). */

export interface CustomMac {
  /** Null: there is none, or nobody can read it. */
  readonly mac: MacMeaning | null;
  /** ESP32: what says that there is one; null elsewhere. */
  readonly version: number | null;
  readonly readable: boolean;
}

/** BLOCK0 only where it can hide the address. */
export function blocksForCustomMac(table: EfuseTable): number[] {
  checkTable(table, "table");
  const { block, readDisableBits } = findField(table, "CUSTOM_MAC");
  return readDisableBits.length === 0 ? [block] : [0, block];
}

export function customMac(state: EfuseState): CustomMac {
  checkState(state, "state");
  const field = findField(state.table, "CUSTOM_MAC");
  if (!isReadable(state, field)) return { mac: null, version: null, readable: false };
  const stored = valueNamed(state, "MAC_VERSION");
  const version = stored === null ? null : Number(stored);
  const mac = version === 0 ? null : macMeaning(state, field, fieldValue(state, field));
  return { mac, version, readable: true };
}

const checkCustomMac: Check<CustomMac> = shape<CustomMac>({
  mac: orNull(hasParts<MacMeaning>("a MAC address", { text: checkText })),
  version: orNull(checkFinite),
  readable: checkBoolean,
});

export function customMacLine(found: CustomMac): string {
  const { mac, version, readable } = checkCustomMac(found, "found");
  if (!readable) return "Custom MAC Address is read-protected.";
  if (mac === null) return "Custom MAC Address is not set in the device.";
  return `Custom MAC Address${version === null ? "" : ` version ${version}`}: ${mac.text}`;
}
