import type { Random } from "../../test/support/mutation.ts";

export interface FuzzTarget {
  readonly name: string;
  make(random: Random): Uint8Array<ArrayBuffer>;
  /** Throws, or rejects with, anything but an `EspError` for a fault of ours. */
  take(bytes: Uint8Array<ArrayBuffer>): unknown;
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
