/** Seeded, fast ways of damaging a file, for loops of hundreds of thousands of inputs. */
export interface Random {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
}

/** Marsaglia's xorshift32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return {
    below(limit) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state % limit;
    },
  };
}

const AWKWARD = [0, 1, 4, 7, 16, 17, 0x7f, 0xff, 0x100, 0xffff, 0x10000, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000];

/** A damaged copy of the file; headers are hit more often than the rest. */
export function mutate(base: Uint8Array, random: Random): Uint8Array {
  const bytes = cut(base, random);
  const changes = 1 + random.below(6);
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    const span = random.below(2) === 0 ? Math.min(bytes.length, 128) : bytes.length;
    const at = random.below(span);
    const kind = random.below(3);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else {
      const awkward = AWKWARD[random.below(AWKWARD.length)] ?? 0;
      const value = random.below(4) === 0 ? -awkward : awkward;
      for (let index = 0; index < 4 && at + index < bytes.length; index++) bytes[at + index] = value >>> (8 * index);
    }
  }
  return bytes;
}

/** Any bytes at all, now and then with the right beginning. */
export function arbitraryBytes(random: Random, beginning: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from({ length: random.below(96) }, () => random.below(256));
  if (random.below(4) > 0) bytes.set(beginning.slice(0, bytes.length));
  return bytes;
}

function cut(base: Uint8Array, random: Random): Uint8Array {
  const kind = random.below(8);
  if (kind === 0) return base.slice(0, random.below(base.length + 1));
  if (kind > 1) return base.slice();
  const longer = new Uint8Array(base.length + random.below(64));
  longer.set(base);
  return longer;
}
