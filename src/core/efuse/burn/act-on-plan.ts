import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean } from "../../check/values.ts";
import { type AbortSignalLike, EspError, throwIfAborted } from "../../errors.ts";
import { NO_ERRORS } from "../coding/block-errors.ts";
import type { BurnPlan } from "../plan/plan.ts";
import { chipWordsIn } from "../read/chip-words.ts";
import type { EfuseDevice } from "../read/device.ts";
import { requireBlock } from "../read/read-efuses.ts";
import { reserveDevice } from "../read/reserve-device.ts";
import { tell } from "../read/tell.ts";
import type { BlockState, EfuseState } from "../table/types.ts";
import { type Burner, burnBlock, type StepResult } from "./burn-block.ts";
import { type BurnedStep, burnFailure, burnStopped } from "./burn-failure.ts";
import { readTiming, requireCrystal } from "./burn-timing.ts";
import { changedIfExchanged, confirmBasis } from "./confirm-basis.ts";
import { requireBurnable } from "./require-burnable.ts";
import { settledState } from "./settled-state.ts";

export interface BurnOptions {
  /** Stops between two steps, never inside one. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Read the programming registers back before the command to burn is given: a serial line may garble what is written to
   * them without anybody noticing. Costs some ten exchanges a step. Default true.
   */
  readonly checkRegisters?: boolean | undefined;
}

export const checkBurnOptions: Check<BurnOptions> = shape<BurnOptions>({
  signal: optional(checkSignal),
  checkRegisters: optional(checkBoolean),
});

export interface BurnStepsOptions extends BurnOptions {
  /** Blocks are burned again to mend them: damage they have is what is to go, and that it stays is no failure. */
  readonly heals: boolean;
}

/** How often in one burn a lost connection is restored. */
const RESTORES = 2;

/** The acting part of `burnEfuses` and `recoverBlocks`; throws as they do. */
export async function actOnPlan(device: EfuseDevice, plan: BurnPlan, options: BurnStepsOptions): Promise<StepsReport> {
  let isReserved = false;
  try {
    return await reserveDevice(device, (reserved) => {
      isReserved = true;
      return burnReserved(reserved, plan, options);
    });
  } catch (error) {
    // After a pause the chip is looked at before the work on it begins.
    throw isReserved ? error : changedIfExchanged(error);
  }
}

interface StepsReport {
  readonly steps: readonly BurnedStep[];
  readonly state: EfuseState | null;
}

async function burnReserved(device: EfuseDevice, plan: BurnPlan, options: BurnStepsOptions): Promise<StepsReport> {
  const { basis, steps } = plan;
  requireCrystal(device);
  if (steps.length === 0) return { steps: [], state: basis };
  throwIfAborted(options.signal);
  const blocksToBurn = steps.map(({ block }) => block);
  const present = await confirmBasis(device, basis, blocksToBurn);
  requireBurnable(plan, present);
  const burner: Burner = {
    device,
    table: basis.table,
    timing: await readTiming(device, basis.table),
    checkRegisters: options.checkRegisters ?? true,
    restoresLeft: RESTORES,
    chipWords: present.identity,
  };
  const blocks = new Map<number, BlockState>([...basis.blocks, ...present.blocks]);
  const burned: BurnedStep[] = [];
  for (const step of steps) {
    if (options.signal?.aborted) throw burnStopped({ plan, burned }, options.signal);
    const before = blockOf(blocks, step.block);
    const { name } = requireBlock(basis.table, step.block);
    tell(device, { type: "efuse.burning", block: step.block, name, postponed: step.postponed });
    const tolerated = options.heals ? NO_ERRORS : before.errors;
    const result = await burnBlock(burner, { step, before, block0: blockOf(blocks, 0).bits, tolerated });
    const verdict = result.ok ? result.verdict : stillDamaged(result, options);
    if (verdict === null) throw burnFailure({ plan, burned }, result);
    const done: BurnedStep = { block: step.block, name, postponed: step.postponed, attempts: result.attempts, verdict };
    burned.push(done);
    tell(device, { type: "efuse.burned", block: step.block, name, attempts: result.attempts, verdict });
    if (result.after !== null) {
      blocks.set(step.block, result.after);
      burner.chipWords = chipWordsIn(basis.table, burner.chipWords, new Map([[step.block, result.after]]));
    } else if (burned.length === steps.length) return { steps: burned, state: null };
    else throw lockedTooEarly(plan, burned);
  }
  tell(device, { type: "efuse.rereading" });
  return { steps: burned, state: await settledState(device, basis, blocks) };
}

function stillDamaged(result: StepResult, { heals }: BurnStepsOptions): "still-damaged" | null {
  return heals && !result.ok && result.reason === "damaged" ? "still-damaged" : null;
}

function blockOf(blocks: ReadonlyMap<number, BlockState>, id: number): BlockState {
  const block = blocks.get(id);
  if (block === undefined) throw new RangeError(`block ${id} was not read`);
  return block;
}

/** What was burned has locked the chip although more was to come. */
function lockedTooEarly(plan: BurnPlan, burned: readonly BurnedStep[]): EspError {
  return burnFailure(
    { plan, burned },
    {
      ok: false,
      attempts: 0,
      reason: "interrupted",
      begun: false,
      after: null,
      judgement: null,
      cause: new EspError("chip.secure-download", "What was burned before has locked the chip."),
    },
  );
}
