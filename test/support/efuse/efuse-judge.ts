import { expect } from "vitest";
import type { BurnPlan, EfuseState } from "../../../src/efuse.ts";
import type { EfuseChip } from "./efuse-file-device.ts";
import { fusesFor, isLockedBlock, type RawBlocks, type RawEfuses, rawBlocks, unseenBits } from "./raw-efuses.ts";

/** What a burn said of itself. */
export interface BurnClaim {
  readonly ok: boolean;
  /** Of the error. */
  readonly code: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** Of a burn that succeeded; none: it had nothing to do. */
  readonly verdicts: readonly string[];
}

/** One line, and the fuses before and after it. */
export interface Happening {
  readonly chip: EfuseChip;
  /** What must be burned and nothing else; null: the line is wrong, and nothing may be burned. */
  readonly plan: BurnPlan | null;
  readonly before: RawEfuses;
  readonly after: RawEfuses;
  readonly claim: BurnClaim;
  /** A fuse that a fault was to burn unasked. */
  readonly extra: { readonly block: number; readonly bit: number } | null;
  /** The fuses are those of a file, which loses what is hidden, and holds what codes stand for. */
  readonly isFile?: boolean;
  /** What damaged blocks hold may be burned again. */
  readonly mayMend?: EfuseState;
  /** A command behind the burn can fail, too. */
  readonly canFailLater?: boolean;
}

const CHECK_ENDINGS = ["download-disabled", "secure-download"];

/** The promises of espefuse, held against the fuses themselves. */
export function judge(happening: Happening): void {
  const { chip, plan, claim } = happening;
  const before = rawBlocks(chip, happening.before);
  const planned = plannedFuses(happening, before, plan?.steps ?? []);
  const after = comparable(happening, { before, planned, after: rawBlocks(chip, happening.after) });
  requireNothingCleared(happening, after);
  const added = after.map((bits, block) => bits & ~(before[block] ?? 0n));
  const stray = added.map((bits, block) => bits & ~(planned[block] ?? 0n) & ~mended(happening, before, block));
  requireOnlyPlanned(happening, stray, { before, after });
  const hasBurned = added.some((bits) => bits !== 0n);
  const mayHaveBurned = claim.ok || claim.code === "efuse.burn-failed" || happening.canFailLater === true;
  if (hasBurned) expect({ code: claim.code, mayHaveBurned }).toEqual({ code: claim.code, mayHaveBurned: true });
  if (!mayHaveBurned) expect([...happening.after]).toEqual([...happening.before]);
  if (plan === null) expect(claim.ok).toBe(false);
  else if (claim.ok) requireAllBurned(happening, plan, { before, after });
  else if (claim.code === "efuse.burn-failed") requireTruthfulFailure(happening, plan, { before, after });
}

/** Under another coding scheme the fuses of a file stand for something else, which says nothing of what was burned. */
function comparable(
  { chip, isFile }: Happening,
  { before, planned, after }: Change & { readonly planned: RawBlocks },
): RawBlocks {
  const scheme = (blocks: RawBlocks): bigint => ((blocks[0] ?? 0n) >> 192n) & 3n;
  if (isFile !== true || chip !== "esp32" || scheme(before) === scheme(after)) return after;
  return after.map((bits, block) => (block === 0 ? bits : (before[block] ?? 0n) | (planned[block] ?? 0n)));
}

/** What of a block burns for these bits. */
function burnedFor(
  { chip, isFile }: Happening,
  before: RawBlocks,
  { block, bits }: { readonly block: number; readonly bits: bigint },
): bigint {
  return isFile === true ? bits : fusesFor(chip, before, block, bits);
}

interface Change {
  readonly before: RawBlocks;
  readonly after: RawBlocks;
}

function requireNothingCleared({ chip, before, after, isFile }: Happening, blocks: RawBlocks): void {
  if (isFile === true) {
    const unseen = unseenBits(chip, blocks);
    const cleared = rawBlocks(chip, before).map((bits, id) => bits & ~(blocks[id] ?? 0n) & ~(unseen[id] ?? 0n));
    expect(cleared.filter((bits) => bits !== 0n)).toEqual([]);
    return;
  }
  // Parity, too.
  for (const [address, word] of before)
    expect({ address, cleared: word & ~(after.get(address) ?? 0) }).toEqual({ address, cleared: 0 });
}

function plannedFuses(happening: Happening, before: RawBlocks, steps: BurnPlan["steps"]): RawBlocks {
  return before.map((_, block) =>
    steps.filter((step) => step.block === block).reduce((all, step) => all | burnedFor(happening, before, step), 0n),
  );
}

function mended(happening: Happening, before: RawBlocks, block: number): bigint {
  const held = happening.mayMend?.blocks.get(block)?.bits;
  return held === undefined ? 0n : burnedFor(happening, before, { block, bits: held });
}

/** A fuse that burned unasked must be told of, where it can be seen. */
function requireOnlyPlanned({ chip, extra, claim, plan }: Happening, stray: RawBlocks, change: Change): void {
  const excused = (block: number): bigint => (extra?.block === block ? 1n << BigInt(extra.bit) : 0n);
  expect(stray.map((bits, block) => bits & ~excused(block)).filter((bits) => bits !== 0n)).toEqual([]);
  if (extra === null || (stray[extra.block] ?? 0n) === 0n || !claim.ok) return;
  const unseen = unseenBits(chip, extra.block === 0 ? change.after : change.before)[extra.block] ?? 0n;
  const isUnseen = ((unseen >> BigInt(extra.bit)) & 1n) === 1n;
  const lastOfBlock = plan?.steps.findLastIndex(({ block }) => block === extra.block) ?? -1;
  const isEnding = CHECK_ENDINGS.includes(claim.verdicts[lastOfBlock] ?? "");
  expect({ ...extra, reported: isUnseen || isEnding }).toEqual({ ...extra, reported: true });
}

/** Nothing is called done that is not, as far as anybody could see. */
function requireAllBurned(happening: Happening, plan: BurnPlan, { before, after }: Change): void {
  const { chip, claim, isFile } = happening;
  expect(claim.verdicts).toHaveLength(plan.steps.length);
  const unseenBefore = unseenBits(chip, before);
  const unseenAfter = unseenBits(chip, after);
  plan.steps.forEach(({ block, bits }, index) => {
    if (CHECK_ENDINGS.includes(claim.verdicts[index] ?? "")) return;
    const unseen = (block === 0 || isFile === true ? unseenAfter : unseenBefore)[block] ?? 0n;
    // What is locked cannot have been burned, and that could be seen.
    const excused = isLockedBlock(chip, block, before[0] ?? 0n) ? 0n : unseen;
    const missing = burnedFor(happening, before, { block, bits }) & ~(after[block] ?? 0n) & ~excused;
    expect({ block, missing }).toEqual({ block, missing: 0n });
  });
}

/** What a failure says is burned, is; what it says is not, is not. */
function requireTruthfulFailure(happening: Happening, plan: BurnPlan, { before, after }: Change): void {
  const { chip, claim, extra } = happening;
  const burned = claim.details["burned"] as readonly { readonly block: number; readonly verdict: string }[] | undefined;
  // The look at everything after the burn is told of in another way.
  if (burned === undefined) return;
  const unseen = unseenBits(chip, before);
  plan.steps.forEach(({ block, bits }, index) => {
    const fuses = burnedFor(happening, before, { block, bits });
    if (index < burned.length) {
      expect(burned[index]?.block).toBe(block);
      const missing = fuses & ~(after[block] ?? 0n) & ~(unseen[block] ?? 0n) & ~(unseenBits(chip, after)[block] ?? 0n);
      expect({ block, missing }).toEqual({ block, missing: 0n });
    }
    if (index <= burned.length) return;
    const unasked = extra?.block === block ? 1n << BigInt(extra.bit) : 0n;
    const early = fuses & after[block]! & ~(before[block] ?? 0n) & ~unasked;
    expect({ block, early }).toEqual({ block, early: 0n });
  });
}
