import { lastOf } from "../../bytes/search-sorted.ts";

/** A name with the address that it stands for. */
export interface RomName {
  readonly name: string;
  readonly address: number;
}

/** By address, ascending, one name an address. */
export type NameList = readonly RomName[];

/**
 * Such lists name what may be called from outside, some of it by the jump table in front of the code, and no sizes: what is further behind
 * a name belongs to a function that is not in the list.
 */
const MOST_BYTES_BEHIND = 1024;

/** Of several names for one address the first that was given counts. */
export function nameList(names: readonly RomName[]): NameList {
  const byAddress = new Map<number, RomName>();
  for (const one of names) if (!byAddress.has(one.address)) byAddress.set(one.address, one);
  return [...byAddress.values()].toSorted((one, other) => one.address - other.address);
}

/** The name that the address belongs to, as far as the list can tell; null where it is too far behind. */
export function nameBefore(list: NameList, address: number): RomName | null {
  const found = lastOf(list, (one) => one.address, address);
  return found !== undefined && address - found.address < MOST_BYTES_BEHIND ? found : null;
}
