import { isWorse } from "../coding/block-errors.ts";
import type { BlockErrors, BlockState } from "../table/types.ts";

/** What a look at a block after it was burned says. */
export interface BurnJudgement {
  /** Bits that should be set and are not. */
  readonly missing: bigint;
  /** Bits that are not what they were, though nobody wanted that. */
  readonly unexpected: bigint;
  /** The chip tells of damage that was not there before. */
  readonly damaged: boolean;
  /** Some of what was burned cannot be seen. */
  readonly hidden: boolean;
}

export interface BurnEvidence {
  /** Bits that were to be burned. */
  readonly wanted: bigint;
  readonly before: BlockState;
  readonly after: BlockState;
  /** Bits that read as zero whatever they are. */
  readonly hiddenBits: bigint;
  /** Bits that could not be burned: those that cannot be seen either are missing, not merely unseen. */
  readonly lockedBits: bigint;
  /** Damage up to this is none of the burn's doing. */
  readonly tolerated: BlockErrors;
}

/** Pure. */
export function judgeBurn(evidence: BurnEvidence): BurnJudgement {
  const { wanted, before, after, hiddenBits, lockedBits, tolerated } = evidence;
  const appeared = after.bits & ~(before.bits | wanted);
  const vanished = before.bits & ~wanted & ~after.bits & ~hiddenBits;
  // A block that should be hidden and is not. (Not so in BLOCK0: what reads as zero there is a matter of the chip.)
  const exposed = before.id === 0 ? 0n : after.bits & hiddenBits;
  return {
    missing: wanted & ~after.bits & (~hiddenBits | lockedBits),
    unexpected: appeared | vanished | exposed,
    damaged: isWorse(after.errors, tolerated),
    hidden: (wanted & hiddenBits) !== 0n,
  };
}

export function isBurned({ missing, unexpected, damaged }: BurnJudgement): boolean {
  return missing === 0n && unexpected === 0n && !damaged;
}
