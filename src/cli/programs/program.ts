import type { RunContext, RunResult } from "../context.ts";
import type { CommandSpec, CommandSummary, OptionSpec } from "../spec/types.ts";
import type { OfferedWords, WordPlace } from "./offered-words.ts";

/** One executable: its commands, its options, its manners. */
export interface Program {
  readonly name: string;
  /** The first line of its help. */
  readonly usage: string;
  /** One sentence under it. */
  readonly purpose: string;
  readonly examples: readonly string[];
  readonly commands: readonly CommandSummary[];
  /** Options of every command. */
  readonly options: readonly OptionSpec[];
  /** Of these options at most one of each group may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  /** A word `@FILE` stands for the words in that file. */
  readonly readsArgumentFiles: boolean;
  /** A configuration file counts; `quietly`: without a word about it. */
  readonly readsConfig: "yes" | "quietly" | "no";
  /** Several commands may stand on one line. */
  readonly takesSeveralCommands: boolean;
  /** What a line without a command ends with, besides help. */
  readonly exitCodeWithoutCommand: number;
  /** Null: there is no such command. */
  loadSpec(name: string): Promise<CommandSpec | null>;
  /** The program and a command of it as they are on a chip (`auto`: not known), for help. */
  readonly adaptHelp?: HelpAdapter;
  /** For completion: what may come next behind a command. Null: its declaration says it. */
  readonly offerWords?: (place: WordPlace) => Promise<OfferedWords | null>;
  /** Runs the commands of one line, in order; one result each. */
  run(commands: readonly RunContext[]): Promise<readonly RunResult[]>;
}

export interface HelpAdapter {
  program(chip: string): Promise<Program>;
  command(spec: CommandSpec, chip: string): Promise<CommandSpec>;
}

/** Those that help, completion and the manual list. */
export function listedCommands({ commands }: Pick<Program, "commands">): readonly CommandSummary[] {
  return commands.filter(({ hidden }) => hidden !== true);
}
