import type { BurnRequest, EfuseDevice, EfuseState, EfuseTable, RequestOutcome } from "../../../efuse.ts";
import type { RunContext, RunResult } from "../../context.ts";

/**
 * Makes what was burned last beyond the program, before it is called done; nothing for a chip, whose eFuses keep it. `names`
 * say what was burned.
 */
export type KeepBurned = (names: readonly string[]) => Promise<void>;

/** Shows what was read. */
export interface ReadCommand {
  readonly kind: "read";
  /** Blocks it needs, by id. */
  blocks(table: EfuseTable): Iterable<number>;
  show(state: EfuseState): Promise<RunResult> | RunResult;
}

/** Wants something burned. */
export interface BurnCommand {
  readonly kind: "burn";
  /** Throws for words that cannot be meant on such a chip; called before one is talked to where it is known. */
  requests(table: EfuseTable): Promise<readonly BurnRequest[]> | readonly BurnRequest[];
  /** What there is to say of its requests before anything is burned. */
  announce(outcomes: readonly RequestOutcome[], state: EfuseState): void;
  /** Blocks that `afterBurn` needs besides those of the plan. */
  blocks?(table: EfuseTable): Iterable<number>;
  /** What there is to say when all is burned. */
  afterBurn?(state: EfuseState): void;
}

/** Looks for damage, and mends it. */
export interface CheckCommand {
  readonly kind: "check";
  readonly blocks?: never;
  /** Needs all blocks. Resolves with the state as it is afterwards. */
  check(
    device: EfuseDevice,
    state: EfuseState,
    keep: KeepBurned,
  ): Promise<{ readonly result: RunResult; readonly state: EfuseState }>;
}

/** A command whose words are understood and whose files are read; no chip has been talked to. */
export type PreparedCommand = ReadCommand | BurnCommand | CheckCommand;

export type Prepare = (context: RunContext) => Promise<PreparedCommand> | PreparedCommand;
