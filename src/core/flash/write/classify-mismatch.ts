/** How what is in flash differs from what was written there. */
export type MismatchKind =
  /** Nothing but FF where data should be: it was never programmed. */
  | "erased"
  /** Bits are cleared that should be set, and none the other way: old contents were not erased before. */
  | "not-erased"
  /** Few bits, in either direction. */
  | "single-bits"
  /** The data are there, some bytes away from their place. */
  | "shifted"
  /** Something else: what was there before, if nothing was written at all. */
  | "other";

export interface Mismatch {
  readonly kind: MismatchKind;
  /** How many bits differ, and of how many bytes. */
  readonly bits: number;
  readonly bytes: number;
  /** Only of `shifted`: how far behind their place the data are; negative before it. */
  readonly shiftBytes: number | null;
}

/** Fewer differing bits than one in so many are single ones. */
const SINGLE_BITS_IN = 200;
/** Lost or doubled bytes move the rest by a few. */
const FARTHEST_SHIFT = 64;
/** So many bytes in a row, at the end, must be found again at another place. */
const SHIFTED_BYTES = 128;

/** Compares a piece of flash with what should be there; both have the same length. Pure. */
export function classifyMismatch(expected: Uint8Array, actual: Uint8Array): Mismatch {
  let missing = 0;
  let cleared = 0;
  let bytes = 0;
  let isBlank = true;
  for (let index = 0; index < expected.length; index++) {
    const wanted = expected[index] ?? 0xff;
    const stored = actual[index] ?? 0xff;
    if (stored !== 0xff) isBlank = false;
    if (wanted === stored) continue;
    bytes++;
    cleared += bitsIn(wanted & ~stored);
    missing += bitsIn(stored & ~wanted & 0xff);
  }
  const bits = missing + cleared;
  const shiftBytes = shiftOf(expected, actual);
  const kind = kindOf({ isBlank, bits, missing, cleared, isShifted: shiftBytes !== null, size: expected.length });
  return { kind, bits, bytes, shiftBytes: kind === "shifted" ? shiftBytes : null };
}

interface Counts {
  readonly isBlank: boolean;
  readonly bits: number;
  /** Bits that are 1 and should be 0. */
  readonly missing: number;
  /** Bits that are 0 and should be 1: only erasing sets them. */
  readonly cleared: number;
  readonly isShifted: boolean;
  readonly size: number;
}

function kindOf({ isBlank, bits, missing, cleared, isShifted, size }: Counts): MismatchKind {
  if (isBlank) return "erased";
  if (bits * SINGLE_BITS_IN < 8 * size) return "single-bits";
  if (isShifted) return "shifted";
  return missing === 0 && cleared > 0 ? "not-erased" : "other";
}

/** How far the last bytes are from their place; null where they are not found near it. */
function shiftOf(expected: Uint8Array, actual: Uint8Array): number | null {
  const from = expected.length - SHIFTED_BYTES - FARTHEST_SHIFT;
  if (from < FARTHEST_SHIFT || isUniform(expected.subarray(from, from + SHIFTED_BYTES))) return null;
  for (let distance = 1; distance <= FARTHEST_SHIFT; distance++)
    for (const shift of [distance, -distance]) if (equalAt(expected, actual, from, shift)) return shift;
  return null;
}

function equalAt(expected: Uint8Array, actual: Uint8Array, from: number, shift: number): boolean {
  for (let index = from; index < from + SHIFTED_BYTES; index++)
    if (expected[index] !== actual[index + shift]) return false;
  return true;
}

/** The same byte again and again is found at any distance. */
function isUniform(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === bytes[0]);
}

function bitsIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
