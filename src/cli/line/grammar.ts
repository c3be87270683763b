import type { CommandSpec, CommandSummary, FamilySummary, OptionSpec } from "../spec/types.ts";

/** What a line of a program may be made of: enough to understand one, without a word of what is done then. */
export interface Grammar {
  readonly commands: readonly CommandSummary[];
  /** What the first word of commands with two words means. */
  readonly families?: readonly FamilySummary[];
  /** Options of every command. */
  readonly options: readonly OptionSpec[];
  /** Of these options at most one of each group may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  /** Several commands may stand on one line. */
  readonly takesSeveralCommands: boolean;
  /** Null: there is no such command. */
  loadSpec(name: string): Promise<CommandSpec | null>;
}
