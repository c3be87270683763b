/** One step of a reset: both lines set at once, or a wait. True is asserted, pin low: DTR pulls IO0, RTS pulls EN. */
export type ResetStep = { readonly dtr: boolean; readonly rts: boolean } | { readonly waitMs: number };

export interface ResetSequence {
  /** As told to people: `tight reset, 50 ms`. */
  readonly name: string;
  readonly steps: readonly ResetStep[];
}
