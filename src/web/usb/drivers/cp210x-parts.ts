/** Silicon Labs' parts by the number that they tell, and what rates they make. Sources: AN571 for the numbers, AN205 for rates. */
export interface Cp210xPart {
  readonly name: string;
  readonly highestRate: number;
  readonly lowestRate?: number | undefined;
  /** Takes one of a list of rates in place of dividing freely. */
  readonly hasTable: boolean;
}

const UNKNOWN: Cp210xPart = { name: "CP210x", highestRate: 2_000_000, hasTable: false };

const PARTS: Readonly<Record<number, Cp210xPart>> = {
  1: { name: "CP2101", highestRate: 921_600, hasTable: true },
  2: { name: "CP2102", highestRate: 921_600, hasTable: true },
  3: { name: "CP2103", highestRate: 921_600, hasTable: true },
  4: { name: "CP2104", highestRate: 2_000_000, hasTable: false },
  5: { name: "CP2105", highestRate: 2_000_000, hasTable: false },
  8: { name: "CP2108", highestRate: 2_000_000, hasTable: false },
  32: { name: "CP2102N", highestRate: 3_000_000, hasTable: false },
  33: { name: "CP2102N", highestRate: 3_000_000, hasTable: false },
  34: { name: "CP2102N", highestRate: 3_000_000, hasTable: false },
};

/** The second port of a CP2105 is the slow one. */
const CP2105_STANDARD: Cp210xPart = { name: "CP2105", highestRate: 921_600, lowestRate: 2400, hasTable: false };

/** `number`: undefined where the device does not say. */
export function cp210xPart(number: number | undefined, interfaceNumber: number): Cp210xPart {
  if (number === 5 && interfaceNumber === 1) return CP2105_STANDARD;
  return (number === undefined ? undefined : PARTS[number]) ?? UNKNOWN;
}

/** Table 1 of AN205. */
const TABLE: readonly number[] = [
  300, 600, 1200, 1800, 2400, 4000, 4800, 7200, 9600, 14_400, 16_000, 19_200, 28_800, 38_400, 51_200, 56_000, 57_600,
  64_000, 76_800, 115_200, 128_000, 153_600, 230_400, 250_000, 256_000, 460_800, 500_000, 576_000, 921_600,
];
const TABLE_CLOCK = 24_000_000;
const CLOCK = 48_000_000;
/** Below this the clock is divided by four before. */
const PRESCALED_UP_TO = 365;

/** The rate that comes of this one. */
export function cp210xRate({ hasTable }: Cp210xPart, baudRate: number): number {
  if (hasTable) {
    const picked = TABLE.reduce((best, rate) => (Math.abs(rate - baudRate) < Math.abs(best - baudRate) ? rate : best));
    return TABLE_CLOCK / Math.round(TABLE_CLOCK / picked);
  }
  const prescaler = baudRate <= PRESCALED_UP_TO ? 4 : 1;
  const divisor = Math.max(1, Math.round(CLOCK / (2 * prescaler * baudRate)));
  return CLOCK / (2 * prescaler * divisor);
}
