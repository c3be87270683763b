import type { PortInfo } from "../../port/port.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";

/** What is tried, from below. All of them are exact, or nearly so, for dividers of 26, 32, 40, 48 and 80 MHz clocks. */
export const RUNGS: readonly number[] = [460_800, 921_600, 1_500_000, 2_000_000];
const HIGHEST = 2_000_000;

interface AdapterCeiling {
  readonly vendorId: number;
  readonly productId: number;
  readonly baudRate: number;
}

/**
 * Adapters that are known not to reach 2,000,000. Limits of the makers: CP2105's standard port and CP2102 share ids with
 * faster ones and are not here: asked for too much they garble, which the proof sees. PL2303 HX and TA (data sheet: 1,228,800)
 * carry 2303 and 2304. FT232R, FT2232 and later (AN 120: 3,000,000), CH340 and CH341 (data sheet: 2,000,000), CP2102N
 * (3,000,000), CP2104 and CP2108 (2,000,000), CH9102, CH343, CH344 and the PL2303 G types go up to the highest rung and above.
 */
const CEILINGS: readonly AdapterCeiling[] = [
  { vendorId: 0x067b, productId: 0x2303, baudRate: 921_600 },
  { vendorId: 0x067b, productId: 0x2304, baudRate: 921_600 },
];

/** A receiver counts 16 steps a bit from its clock; a rate that it can only make so wrongly is not tried. */
const DIVIDER_STEPS = 16;
const DIVIDER_TOLERANCE = 0.01;

/** What bounds the rates, without having tried any. */
export interface LineFacts {
  readonly port: PortInfo;
  /** Null: not known. */
  readonly crystalMhz: number | null;
}

/** The highest rate worth trying on this port. Pure. */
export function highestRate({ port, crystalMhz }: LineFacts): number {
  const known = CEILINGS.find(
    ({ vendorId, productId }) => port.usbVendorId === vendorId && port.usbProductId === productId,
  );
  const ceiling = known?.baudRate ?? HIGHEST;
  return RUNGS.findLast((rate) => rate <= ceiling && isExact(rate, crystalMhz)) ?? COMMON_BAUD;
}

/** Some chips clock their UART by the crystal, whose divider counts sixteenths (fact sheet 3.9). */
function isExact(baudRate: number, crystalMhz: number | null): boolean {
  if (crystalMhz === null) return true;
  const divider = (crystalMhz * 1e6) / baudRate;
  const nearest = Math.round(divider * DIVIDER_STEPS) / DIVIDER_STEPS;
  return Math.abs(nearest / divider - 1) <= DIVIDER_TOLERANCE;
}

/** For less than this, climbing takes longer than it saves: some 0.3 s, against 0.087 s for each KiB at 115200. */
const WORTH_BYTES = 0x8000;

/** So much is to be transferred that a climb pays. Pure. */
export function isWorthClimbing(sizeBytes: number): boolean {
  return sizeBytes >= WORTH_BYTES;
}
