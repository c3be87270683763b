/**
 * The Reed-Solomon code (44, 32) of the newer chips (fact sheet efuse-secure D3): bytes are elements of GF(256) with
 * p(x) = x^8 + x^4 + x^3 + x^2 + 1, and the generator has the roots a^0 to a^11, a = 2.
 */
const FIELD_POLYNOMIAL = 0x11d;
const PARITY_BYTES = 12;
/** What parity is calculated over; shorter blocks end in zeros. */
const MESSAGE_BYTES = 32;

const GENERATOR: readonly number[] = generator();

function multiply(left: number, right: number): number {
  let product = 0;
  for (let factor = left, rest = right; rest > 0; rest >>= 1) {
    if ((rest & 1) !== 0) product ^= factor;
    factor <<= 1;
    if (factor > 0xff) factor ^= FIELD_POLYNOMIAL;
  }
  return product;
}

/** Coefficients from x^11 down to x^0; the one of x^12 is 1. */
function generator(): number[] {
  let coefficients = [1];
  for (let root = 1, count = 0; count < PARITY_BYTES; count++, root = multiply(root, 2)) {
    const scaled = [0, ...coefficients.map((coefficient) => multiply(coefficient, root))];
    coefficients = scaled.map((value, index) => value ^ (coefficients[index] ?? 0));
  }
  return coefficients.slice(1);
}

/** The 12 check bytes of up to 32 data bytes, the lowest address first. */
export function reedSolomonParity(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const remainder = new Array<number>(PARITY_BYTES).fill(0);
  for (let index = 0; index < MESSAGE_BYTES; index++) {
    const feedback = (data[index] ?? 0) ^ (remainder.shift() ?? 0);
    remainder.push(0);
    GENERATOR.forEach((coefficient, at) => {
      remainder[at] = (remainder[at] ?? 0) ^ multiply(coefficient, feedback);
    });
  }
  return Uint8Array.from(remainder);
}
