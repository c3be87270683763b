import { EspError, isEspError, toEspError } from "../../errors.ts";
import { isTransient } from "../../session/talk/resynchronise.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { decodeErrors, errorRegisters, isWorse } from "../coding/block-errors.ts";
import { wordsToProgram } from "../coding/coding.ts";
import type { BurnStep } from "../plan/plan.ts";
import {
  clearingWrites,
  programWrites,
  refresh,
  stagingWrites,
  waitIdle,
  writeRepeatably,
} from "../read/controller.ts";
import { readBlock, requireBlock } from "../read/read-efuses.ts";
import { registerWords } from "../read/register-words.ts";
import { tell } from "../read/tell.ts";
import type { BlockErrors, BlockState, EfuseState } from "../table/types.ts";
import { hiddenBits } from "../value/hidden-bits.ts";
import { lockedBits } from "../value/locked-bits.ts";
import { type BurnJudgement, isBurned, judgeBurn } from "./judge-burn.ts";
import { requireChipInHand } from "./require-chip-in-hand.ts";
import { type ChipEnding, type Connection, restoreAfter, survive } from "./survive-burn.ts";

/** What all steps of a burn share. */
export interface Burner extends Connection {
  readonly timing: readonly RegisterWrite[];
  /** Read the programming registers back before the command to burn is given. */
  readonly checkRegisters: boolean;
  /** Which chip is being burned. */
  chipWords: EfuseState["identity"];
}

export interface StepTask {
  readonly step: BurnStep;
  readonly before: BlockState;
  /** What BLOCK0 holds before: it says what is hidden. */
  readonly block0: bigint;
  /** Damage that the burn is not blamed for. */
  readonly tolerated: BlockErrors;
}

/**
 * `equal`: the block reads as what was written; `all-bits-set`: and held more before; `hidden`: what was written, or
 * some of it, cannot be read, so it is not verified; `download-disabled`, `secure-download`: the chip cannot be asked any
 * more, as it should be; `still-damaged`: it was burned again to mend it, in vain.
 */
export type StepVerdict = "equal" | "all-bits-set" | "hidden" | ChipEnding | "still-damaged";

export type FailureReason = "missing-bits" | "unexpected-bits" | "damaged" | "no-answer" | "interrupted";

export type StepResult =
  | {
      readonly ok: true;
      readonly attempts: number;
      readonly verdict: StepVerdict;
      /** Null when the chip cannot be read any more. */
      readonly after: BlockState | null;
    }
  | {
      readonly ok: false;
      readonly attempts: number;
      readonly reason: FailureReason;
      /** False: nothing of this step was burned for certain. */
      readonly begun: boolean;
      readonly after: BlockState | null;
      readonly judgement: BurnJudgement | null;
      readonly cause?: EspError | undefined;
    };

/** As in the reference (fact sheet efuse-secure A10). */
const BURN_ATTEMPTS = 3;
/** A fuse that is burned weakly reads now so, now so: errors must not show in any of several looks (A10). */
const LOOKS = 5;
/** The registers are filled again when they do not hold what they should. */
const STAGING_ATTEMPTS = 3;
/** Until two reads in a row agree. */
const READS_TO_AGREE = 4;

interface Trail {
  attempts: number;
  begun: boolean;
}

/** Burns one step and looks at the result; never throws for what happens on the way to the chip. */
export async function burnBlock(burner: Burner, task: StepTask): Promise<StepResult> {
  const trail: Trail = { attempts: 0, begun: false };
  try {
    return await tryRepeatedly(burner, task, trail);
  } catch (error) {
    if (!isEspError(error)) throw error;
    return { ok: false, ...trail, reason: "interrupted", after: null, judgement: null, cause: error };
  }
}

async function tryRepeatedly(burner: Burner, task: StepTask, trail: Trail): Promise<StepResult> {
  const { step, before } = task;
  const isCoded = before.scheme === "reed-solomon" || before.scheme === "3/4";
  let bits = step.bits;
  for (;;) {
    trail.attempts++;
    const answered = await program(burner, task, bits, trail);
    if (typeof answered !== "boolean") return { ok: true, ...trail, verdict: answered.ending, after: null };
    const seen = await survive(burner, { step, burned: answered ? "yes" : "perhaps" }, () => look(burner, task));
    if ("ending" in seen) return { ok: true, ...trail, verdict: seen.ending, after: null };
    const { after, judgement } = seen.value;
    // Where nothing can be seen, only the chip's answer tells that it was told to burn.
    const isProved = answered || (step.bits & after.bits) !== 0n;
    if (isBurned(judgement) && isProved)
      return { ok: true, ...trail, verdict: verdictOf(judgement, step, after), after };
    // Codes must be burned as a whole; elsewhere only what is missing, or has too few good copies, is burned again.
    bits = isCoded || !isProved ? step.bits : judgement.missing | (after.errors.bits & step.bits);
    const reason = reasonOf(judgement);
    if (reason === "unexpected-bits" || bits === 0n || trail.attempts >= BURN_ATTEMPTS)
      return { ok: false, ...trail, reason, after, judgement };
    tell(burner.device, {
      type: "efuse.reburn",
      block: step.block,
      name: requireBlock(burner.table, step.block).name,
      attempt: trail.attempts + 1,
      reason,
    });
  }
}

function verdictOf(judgement: BurnJudgement, step: BurnStep, after: BlockState): StepVerdict {
  if (judgement.hidden) return "hidden";
  return after.bits === step.bits ? "equal" : "all-bits-set";
}

function reasonOf({ missing, unexpected, damaged }: BurnJudgement): Exclude<FailureReason, "interrupted"> {
  if (unexpected !== 0n) return "unexpected-bits";
  if (damaged) return "damaged";
  return missing === 0n ? "no-answer" : "missing-bits";
}

/** True: the chip has taken the command to burn; false: it may have. */
async function program(
  burner: Burner,
  { step, before }: StepTask,
  bits: bigint,
  trail: Trail,
): Promise<boolean | { readonly ending: ChipEnding }> {
  const { device, table, timing, checkRegisters } = burner;
  const block = requireBlock(table, step.block);
  const staging = [...timing, ...stagingWrites(table, block, wordsToProgram(block, before.scheme, bits))];
  const command = programWrites(table, step.block);
  const staged = await survive(burner, { step, burned: trail.begun ? "perhaps" : "no" }, async () => {
    if (checkRegisters) await stage(burner, staging);
    await requireChipInHand(burner, step);
  });
  if ("ending" in staged) return staged;
  trail.begun = true;
  try {
    await device.writeRegisters(checkRegisters ? command : [...staging, ...command]);
    return true;
  } catch (error) {
    const lost = toEspError(error);
    // Not given again blindly: what the chip did will be seen.
    if (isTransient(lost)) return false;
    const ending = await restoreAfter(burner, lost, { step, burned: "perhaps" });
    return ending === null ? false : { ending };
  }
}

/** Fills the registers that are burned from. A line may garble what is written without anybody noticing: see it first. */
async function stage({ device, table }: Burner, staging: readonly RegisterWrite[]): Promise<void> {
  const addresses = staging.map(({ address }) => address);
  for (let attempt = 1; ; attempt++) {
    await writeRepeatably(device, staging);
    const held = await device.readRegisters(addresses);
    const wrong = staging.filter(({ value }, index) => value !== (held[index] ?? 0) >>> 0);
    if (wrong.length === 0) return;
    if (attempt >= STAGING_ATTEMPTS) {
      // On the ESP32 what is left there would be burned with the next block, whoever burns it.
      await writeRepeatably(device, clearingWrites(table));
      throw new EspError(
        "efuse.burn-failed",
        "The eFuse controller's registers do not hold what was written to them.",
        {
          hint: "Use a lower baud rate or another cable; nothing was burned in this step.",
          details: { registers: wrong.map(({ address }) => address) },
        },
      );
    }
  }
}

interface Look {
  readonly after: BlockState;
  readonly judgement: BurnJudgement;
}

/** Waits for the burn to end, loads the fuses again, and sees what they hold and what the chip says of them. */
async function look(burner: Burner, task: StepTask): Promise<Look> {
  const { device, table } = burner;
  const { step, before, tolerated } = task;
  const errorsAt = errorRegisters(table, step.block);
  await waitIdle(device, table);
  let words = registerWords(device);
  // Without registers that tell of errors there is nothing to see in further rounds.
  for (let round = 1; round <= (errorsAt.length === 0 ? 1 : LOOKS); round++) {
    await refresh(device, table, round === 1);
    words = registerWords(device);
    await words.load(errorsAt);
    if (isWorse(decodeErrors(table, step.block, words.word), tolerated)) break;
  }
  const wanted = { block: requireBlock(table, step.block), scheme: before.scheme, errors: true };
  let after = await readBlock(table, words, wanted);
  let judgement = judge(burner, task, after);
  // A line may garble what is read, too: bad news is believed when it is read twice.
  for (let read = 2; !isBurned(judgement) && read <= READS_TO_AGREE; read++) {
    const again = await readBlock(table, registerWords(device), wanted);
    const agrees =
      again.bits === after.bits && !isWorse(again.errors, after.errors) && !isWorse(after.errors, again.errors);
    after = again;
    judgement = judge(burner, task, after);
    if (agrees) break;
  }
  return { after, judgement };
}

function judge({ table }: Burner, { step, before, block0, tolerated }: StepTask, after: BlockState): BurnJudgement {
  return judgeBurn({
    wanted: step.bits,
    before,
    after,
    tolerated,
    hiddenBits: hiddenBits(table, step.block, step.block === 0 ? after.bits : block0),
    lockedBits: lockedBits(table, step.block, block0),
  });
}
