import { writeU32 } from "../../src/core/bytes/words.ts";
import { isEspError } from "../../src/core/errors.ts";

/** Whole numbers from 0 to below `bound`; the same ones for the same seed. */
export type Random = (bound: number) => number;

/** Mulberry32: small, fast, and good enough to choose inputs. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  };
}

export function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = random(256);
  return bytes;
}

/** Where counters, lengths and offsets tend to break. */
const EDGE_WORDS = [
  0, 1, 3, 4, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff,
];

/** A copy of one of the seeds with one to four changes: bits, bytes, words, and pieces cut out, doubled or cut off. */
export function mutated(random: Random, seeds: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(seeds[random(seeds.length)] ?? []);
  for (let changes = 1 + random(4); changes > 0; changes--) bytes = changeOnce(random, bytes);
  return bytes;
}

function changeOnce(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length === 0) return randomBytes(random, random(40));
  const at = random(length);
  switch (random(8)) {
    case 0:
    case 1:
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      return bytes;
    case 2:
      bytes[at] = random(256);
      return bytes;
    case 3:
      bytes[at] = [0x0a, 0x30, 0x3a, 0x46, 0xff, 0x00][random(6)] as number;
      return bytes;
    case 4:
      if (length >= 4) writeU32(bytes, Math.min(at & ~3, length - 4), EDGE_WORDS[random(EDGE_WORDS.length)] as number);
      return bytes;
    case 5:
      return bytes.slice(0, at);
    case 6:
      return without(bytes, at, Math.min(length, at + 1 + random(64)));
    default:
      return doubled(bytes, at, Math.min(length, at + 1 + random(64)));
  }
}

function without(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): Uint8Array<ArrayBuffer> {
  const shorter = new Uint8Array(bytes.length - (to - from));
  shorter.set(bytes.subarray(0, from));
  shorter.set(bytes.subarray(to), from);
  return shorter;
}

function doubled(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + to - from);
  longer.set(bytes.subarray(0, to));
  longer.set(bytes.subarray(from), to);
  return longer;
}

/** Runs per parser. The gate asks for the long form, `FUZZ_RUNS=1`, once; the usual test run does a quarter of it. */
export const FUZZ_RUNS: number = Math.round(200_000 * Number(process.env["FUZZ_RUNS"] ?? 0.25));

export interface FuzzCounts {
  accepted: number;
  /** By error code. */
  readonly refused: Record<string, number>;
}

/** Feeds `runs` inputs to `take`. Anything thrown that is no `EspError` is thrown on, with the input that did it. */
export function feed(
  runs: number,
  make: () => Uint8Array<ArrayBuffer>,
  take: (bytes: Uint8Array<ArrayBuffer>) => unknown,
): FuzzCounts {
  const counts: FuzzCounts = { accepted: 0, refused: {} };
  for (let run = 0; run < runs; run++) {
    const input = make();
    try {
      take(input);
      counts.accepted++;
    } catch (error) {
      if (!isEspError(error)) throw new Error(`input ${run}: ${Buffer.from(input).toString("hex")}`, { cause: error });
      counts.refused[error.code] = (counts.refused[error.code] ?? 0) + 1;
    }
  }
  return counts;
}
