/**
 * One thing that is done to flash. Steps are in an order in which power may fail between any two of them, and within one:
 * what counts afterwards is all that counted before, or all that counts when the step is done.
 */
export type NvsStep =
  /** Clears bits: after it flash has `data` at this offset. `destroys`: something stops to count by it. */
  | {
      readonly kind: "program";
      readonly offset: number;
      readonly data: Uint8Array<ArrayBuffer>;
      readonly destroys: boolean;
    }
  /** A page of 4,096 bytes becomes blank. */
  | { readonly kind: "erase"; readonly offset: number; readonly destroys: true };
