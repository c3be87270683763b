// Shelf: the files in which build systems write what goes where, each alone.
// In: text or a parsed JSON value.
// Out: paths, addresses, settings, as they are written there.

import type { FlashMode } from "../../chip/flash-codes.ts";
import { type BundleSettings, KEEP_SETTINGS } from "../flash-bundle.ts";

const MODES: readonly (FlashMode | "keep")[] = ["qio", "qout", "dio", "dout", "keep"];

/** Words of a build system; what is none of them leaves the header as it is. */
export function settingsOf(mode: unknown, frequency: unknown, size: unknown): BundleSettings {
  const word = (value: unknown): string | null =>
    typeof value === "string" && /^[\w.-]{1,32}$/.test(value) ? value : null;
  return {
    mode: MODES.find((one) => one === mode) ?? KEEP_SETTINGS.mode,
    frequency: word(frequency) ?? KEEP_SETTINGS.frequency,
    size: word(size) ?? KEEP_SETTINGS.size,
  };
}

/** `0x1000`, `4096`; null for anything else. */
export function offsetOf(value: unknown): number | null {
  const number = typeof value === "string" && /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value) ? Number(value) : value;
  const isAddress = typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff;
  return isAddress ? number : null;
}

/** The properties of a JSON object; none for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
