export interface SpiPinNumbers {
  readonly clock: number;
  readonly q: number;
  readonly d: number;
  readonly hold: number;
  readonly select: number;
}

export type SpiPins = "default" | "hspi" | SpiPinNumbers;

/** The word for SPI_ATTACH; pin numbers go in raw, six bits each (fact sheet 3.10). */
export function packSpiPins(pins: SpiPins): number {
  if (pins === "default") return 0;
  if (pins === "hspi") return 1;
  const { clock, q, d, hold, select } = pins;
  return ((hold << 24) | (select << 18) | (d << 12) | (q << 6) | clock) >>> 0;
}
