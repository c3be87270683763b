import type { Notice } from "../../events.ts";
import type { EfuseState } from "../table/types.ts";
import type { BurnRequest } from "../value/request.ts";

/** A field whose bits change, or bits of a block that belong to no field. Each bit is in one change only. */
export interface FieldChange {
  /** Null: no field has these bits. */
  readonly field: string | null;
  readonly block: number;
  /** Bits of the block that change from 0 to 1, in order. */
  readonly bits: readonly number[];
  /** Of the field; without a field, of the block. */
  readonly width: number;
  /** The value of the field before and after; without a field, 0 and the bits of the block that change. */
  readonly from: bigint;
  readonly to: bigint;
  /** A key: `from` and `to` are not to be shown. */
  readonly secret: boolean;
}

/** What became of one request. `remarks` are for a person: already burned, key stored in reverse, and so on. */
export interface RequestOutcome {
  readonly request: BurnRequest;
  readonly changes: readonly FieldChange[];
  readonly remarks: readonly Notice[];
}

export interface PlanOptions {
  /** Burn what locks the chip in a step of its own, after all else was burned and checked. Default: false. */
  readonly postpone?: boolean | undefined;
}

/** One go of the programming hardware: bits that are 1 in `bits` are burned. */
export interface BurnStep {
  readonly block: number;
  readonly bits: bigint;
  /** BLOCK0 a second time, with what locks the rest. */
  readonly postponed: boolean;
}

/** Everything that will change, and nothing else will. */
export interface BurnPlan {
  /** What was read when the plan was made. */
  readonly basis: EfuseState;
  readonly outcomes: readonly RequestOutcome[];
  /** All changes, by block from the highest to 0. */
  readonly changes: readonly FieldChange[];
  /** Names of fields (and blocks) that nobody can read any more. */
  readonly hides: readonly string[];
  /** Names of fields (and blocks) that can never be changed again. */
  readonly locks: readonly string[];
  /** What a person has to know before it is too late. */
  readonly cautions: readonly Notice[];
  /** In the order in which they are burned: blocks from the highest to 0, what is postponed last. */
  readonly steps: readonly BurnStep[];
}
