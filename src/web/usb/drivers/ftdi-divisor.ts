/**
 * FTDI's divisors have eighths, written in an odd order. Source: AN232B-05 through the Linux driver ftdi_sio
 * (fact sheet web-and-webusb 7).
 */
export interface FtdiDivisor {
  /** 17 or 18 bits: what `value` and `index` of the request carry. */
  readonly code: number;
  readonly actual: number;
}

const EIGHTHS: readonly number[] = [0, 3, 2, 4, 1, 5, 6, 7];
const SLOW_CLOCK = 3_000_000;
const FAST_CLOCK = 12_000_000;
/** Below this a fast chip divides as a slow one does. */
const FAST_FROM = 1200;
const FAST_BIT = 0x2_0000;
const LARGEST = 0x3fff * 8 + 7;

/** Null: between once and twice the clock divisor nothing but one and a half exists. Pure. */
export function ftdiDivisor(baudRate: number, isFast: boolean): FtdiDivisor | null {
  const fast = isFast && baudRate >= FAST_FROM;
  const clock = fast ? FAST_CLOCK : SLOW_CLOCK;
  const eighths = Math.min(LARGEST, Math.max(8, Math.round((clock * 8) / baudRate)));
  const fraction = EIGHTHS[eighths & 7] ?? 0;
  const code = codeOf(eighths, (fraction << 14) | (eighths >> 3));
  return code === null ? null : { code: code | (fast ? FAST_BIT : 0), actual: (clock * 8) / eighths };
}

function codeOf(eighths: number, code: number): number | null {
  if (eighths === 8) return 0;
  if (eighths === 12) return 1;
  return eighths < 16 ? null : code;
}
