import type { EfuseDevice, EfuseState } from "../../../efuse.ts";
import type { RunContext } from "../../context.ts";
import type { BurnOutcome } from "./burn-plan.ts";
import type { KeepBurned, PreparedCommand } from "./prepared.ts";

/** One command of the line. */
export interface Line {
  readonly context: RunContext;
  readonly command: PreparedCommand;
}

/** What a line wants to have burned, all of it together. */
export interface Burning {
  /** The commands that want it. */
  readonly lines: readonly Line[];
  /** There are several, so it is burned at the end. */
  readonly isBatch: boolean;
  /** What has to be read for it. */
  readonly blocks: ReadonlySet<number>;
  /** Says what the command wants, on top of what the ones before it want. Throws what `planBurn` throws. */
  announce(line: Line, state: EfuseState): void;
  /** Burns what was announced. Throws what `burnPlan` throws. */
  burn(device: EfuseDevice, state: EfuseState, keep: KeepBurned): Promise<BurnOutcome>;
}
