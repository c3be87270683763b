/**
 * The code that protects eFuse blocks: RS(44,32) over GF(256), polynomial 11D, roots a^0 to a^11 (fact sheet
 * efuse-secure D3). The virtual chip has its own, so that a wrong idea of the host's is not tested against itself.
 */

export const RS_DATA_BYTES = 32;
export const RS_PARITY_BYTES = 12;
const CODEWORD_BYTES = RS_DATA_BYTES + RS_PARITY_BYTES;
/** So many wrong bytes can be put right. */
const CORRECTABLE = RS_PARITY_BYTES / 2;

const POLYNOMIAL = 0x11d;
const ORDER = 255;

const EXPONENTIALS = new Uint8Array(2 * ORDER);
const LOGARITHMS = new Uint8Array(256);
for (let power = 0, value = 1; power < ORDER; power++) {
  EXPONENTIALS[power] = value;
  EXPONENTIALS[power + ORDER] = value;
  LOGARITHMS[value] = power;
  value = (value << 1) ^ (value & 0x80 ? POLYNOMIAL : 0);
}

function at(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? 0;
}

function multiply(left: number, right: number): number {
  if (left === 0 || right === 0) return 0;
  return at(EXPONENTIALS, at(LOGARITHMS, left) + at(LOGARITHMS, right));
}

function divide(left: number, right: number): number {
  return left === 0 ? 0 : at(EXPONENTIALS, at(LOGARITHMS, left) + ORDER - at(LOGARITHMS, right));
}

/** a to this power; the power may be negative. */
function power(exponent: number): number {
  return at(EXPONENTIALS, ((exponent % ORDER) + ORDER) % ORDER);
}

/** Value of a polynomial, its lowest coefficient first. */
function evaluate(polynomial: readonly number[], x: number): number {
  return polynomial.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0);
}

/** The product of (x - a^i) without its leading 1, highest coefficient first. */
const GENERATOR: readonly number[] = (() => {
  let product = [1];
  for (let root = 0; root < RS_PARITY_BYTES; root++) {
    product = [...product, 0].map((value, index) => value ^ multiply(at(product, index - 1), power(root)));
  }
  return product.slice(1);
})();

/** Twelve parity bytes of up to 32 bytes of data; missing ones count as 0. */
export function rsParity(data: Uint8Array): Uint8Array {
  const rest = new Uint8Array(RS_PARITY_BYTES);
  for (let index = 0; index < RS_DATA_BYTES; index++) {
    const factor = at(rest, 0) ^ at(data, index);
    rest.copyWithin(0, 1);
    rest[RS_PARITY_BYTES - 1] = 0;
    if (factor === 0) continue;
    for (let term = 0; term < RS_PARITY_BYTES; term++) {
      rest[term] = at(rest, term) ^ multiply(factor, at(GENERATOR, term));
    }
  }
  return rest;
}

/** What the decoder makes of a block: `failed` when there is more wrong than it can put right. */
export interface RsDecoded {
  readonly data: Uint8Array;
  readonly correctedBytes: number;
  readonly failed: boolean;
}

/** Puts up to six wrong bytes right, in data or parity; beyond that the data comes back as it is. */
export function rsDecode(data: Uint8Array, parity: Uint8Array): RsDecoded {
  const codeword = new Uint8Array(CODEWORD_BYTES);
  codeword.set(data);
  codeword.set(parity, RS_DATA_BYTES);
  const syndromes = syndromesOf(codeword);
  if (syndromes.every((syndrome) => syndrome === 0)) return { data: data.slice(), correctedBytes: 0, failed: false };
  const corrected = correct(codeword, syndromes);
  if (corrected === null) return { data: data.slice(), correctedBytes: 0, failed: true };
  return { data: codeword.slice(0, data.length), correctedBytes: corrected, failed: false };
}

function syndromesOf(codeword: Uint8Array): number[] {
  return Array.from({ length: RS_PARITY_BYTES }, (_, root) =>
    codeword.reduce((sum, byte) => multiply(sum, power(root)) ^ byte, 0),
  );
}

/** Changes the codeword; the number of bytes changed, or null when no codeword is near. */
function correct(codeword: Uint8Array, syndromes: readonly number[]): number | null {
  const locator = errorLocator(syndromes);
  const errors = locator.length - 1;
  if (errors > CORRECTABLE) return null;
  const evaluator = syndromes.map((_, index) =>
    locator.reduce((sum, coefficient, term) => sum ^ multiply(coefficient, at(syndromes, index - term)), 0),
  );
  // The derivative keeps the odd terms, one lower.
  const derivative = locator.slice(1).map((coefficient, index) => (index % 2 === 0 ? coefficient : 0));
  let found = 0;
  for (let index = 0; index < CODEWORD_BYTES; index++) {
    const position = CODEWORD_BYTES - 1 - index;
    const inverse = power(-position);
    if (evaluate(locator, inverse) !== 0) continue;
    const magnitude = divide(evaluate(evaluator, inverse), evaluate(derivative, inverse));
    codeword[index] = at(codeword, index) ^ multiply(power(position), magnitude);
    found++;
  }
  return found === errors && syndromesOf(codeword).every((syndrome) => syndrome === 0) ? found : null;
}

/** Berlekamp and Massey: the shortest recurrence that gives the syndromes, lowest coefficient first. */
function errorLocator(syndromes: readonly number[]): readonly number[] {
  let current = [1];
  let previous = [1];
  let length = 0;
  let gap = 1;
  let previousDiscrepancy = 1;
  for (let step = 0; step < syndromes.length; step++) {
    let discrepancy = 0;
    for (let term = 0; term <= length; term++) {
      discrepancy ^= multiply(at(current, term), at(syndromes, step - term));
    }
    if (discrepancy === 0) {
      gap++;
      continue;
    }
    const scale = divide(discrepancy, previousDiscrepancy);
    const shifted = [...new Array<number>(gap).fill(0), ...previous.map((value) => multiply(value, scale))];
    const next = Array.from(
      { length: Math.max(current.length, shifted.length) },
      (_, term) => at(current, term) ^ at(shifted, term),
    );
    if (2 * length <= step) {
      previous = current;
      previousDiscrepancy = discrepancy;
      length = step + 1 - length;
      gap = 1;
    } else gap++;
    current = next;
  }
  return Array.from({ length: length + 1 }, (_, term) => at(current, term));
}
