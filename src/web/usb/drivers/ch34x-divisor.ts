/**
 * How a CH340 or CH341 divides its clock. Source: the Linux driver ch341, whose formula was measured on a CH340G
 * (fact sheet web-and-webusb 6): rate = 48 MHz / (2^(12 - 3 * prescaler - fine) * divisor).
 */
export interface Ch34xDivisor {
  readonly prescaler: number;
  readonly fine: 0 | 1;
  readonly divisor: number;
  /** In baud. */
  readonly actual: number;
}

const CLOCK = 48_000_000;
const LEAST_DIVISOR: Readonly<Record<0 | 1, number>> = { 0: 2, 1: 9 };
const LARGEST_DIVISOR = 256;

/**
 * The nearest of all there are; of several the coarse one with the fastest prescaler, because the receiver stands more then.
 * `isLimited`: a chip that has the fine step with the fastest prescaler alone. Pure.
 */
export function ch34xDivisor(baudRate: number, isLimited: boolean): Ch34xDivisor {
  let best: Ch34xDivisor | null = null;
  for (const prescaler of [3, 2, 1, 0])
    for (const fine of [0, 1] as const) {
      if (fine === 1 && isLimited && prescaler < 3) continue;
      const clock = CLOCK / 2 ** (12 - 3 * prescaler - fine);
      const wanted = Math.round(clock / baudRate);
      for (const divisor of [wanted - 1, wanted, wanted + 1].map((near) =>
        Math.min(LARGEST_DIVISOR, Math.max(LEAST_DIVISOR[fine], near)),
      )) {
        const actual = clock / divisor;
        if (best === null || Math.abs(actual - baudRate) < Math.abs(best.actual - baudRate) - 1e-6)
          best = { prescaler, fine, divisor, actual };
      }
    }
  if (best === null) throw new RangeError("There is no divisor at all.");
  return best;
}

/** The value of its register. `sendsAtOnce`: without it some chips keep bytes until 32 are there. */
export function ch34xRegister({ prescaler, fine, divisor }: Ch34xDivisor, sendsAtOnce: boolean): number {
  return ((256 - divisor) << 8) | (sendsAtOnce ? 0x80 : 0) | (fine << 2) | prescaler;
}
