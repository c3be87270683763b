/**
 * In a list that ascends: the index of the last item whose value is at or below the limit; -1 where the first is above it
 * already. Items are asked for by their index, so that columns of numbers need no objects.
 */
export function lastAtOrBelow(valueAt: (index: number) => number, limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1 >= from ? low - 1 : -1;
}

/** The same for objects with an address, or another number that they are sorted by. */
export function lastOf<T>(list: readonly T[], keyOf: (item: T) => number, limit: number): T | undefined {
  return list[lastAtOrBelow((index) => keyOf(list[index] as T), limit, 0, list.length)];
}
