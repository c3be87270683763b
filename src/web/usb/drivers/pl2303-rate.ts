import { littleEndian } from "../usb-driver.ts";
import type { Pl2303Type } from "./pl2303-types.ts";

/** The rates that older chips know by themselves; another one written like these silently becomes 9600. */
const DIRECT: ReadonlySet<number> = new Set([
  75, 150, 300, 600, 1200, 1800, 2400, 3600, 4800, 7200, 9600, 14_400, 19_200, 28_800, 38_400, 57_600, 115_200, 230_400,
  460_800, 614_400, 921_600, 1_228_800, 2_457_600, 3_000_000, 6_000_000,
]);
const CLOCK = 384_000_000;
const IS_DIVISOR = 0x80;

export interface Pl2303Rate {
  /** The first four bytes of the line coding. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly actual: number;
}

/** Source: the Linux driver pl2303 (fact sheet web-and-webusb 8). Pure. */
export function pl2303Rate(type: Pl2303Type, baudRate: number): Pl2303Rate {
  if (type === "G" || DIRECT.has(baudRate)) return { bytes: littleEndian(baudRate), actual: baudRate };
  return type === "TA" || type === "TB" ? byTwos(baudRate) : byFours(baudRate);
}

/** A mantissa of nine bits, times four to the exponent. */
function byFours(baudRate: number): Pl2303Rate {
  let mantissa = Math.floor(CLOCK / baudRate);
  let exponent = 0;
  for (; mantissa >= 512 && exponent < 7; exponent++) mantissa >>= 2;
  mantissa = Math.min(511, Math.max(1, mantissa));
  return {
    bytes: Uint8Array.of(mantissa & 0xff, (exponent << 1) | (mantissa >> 8), 0, IS_DIVISOR),
    actual: CLOCK / (mantissa * 4 ** exponent),
  };
}

/** A mantissa of eleven bits, times two to the exponent, whose lowest bit has a byte of its own. */
function byTwos(baudRate: number): Pl2303Rate {
  let mantissa = Math.floor(CLOCK / baudRate);
  let exponent = 0;
  for (; mantissa >= 2048 && exponent < 15; exponent++) mantissa >>= 1;
  mantissa = Math.min(2047, Math.max(1, mantissa));
  return {
    bytes: Uint8Array.of(mantissa & 0xff, ((exponent & ~1) << 4) | (mantissa >> 8), exponent & 1, IS_DIVISOR),
    actual: CLOCK / (mantissa * 2 ** exponent),
  };
}
