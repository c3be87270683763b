// Shelf: the executables, each as one value: its commands, options and manners.
// In: declarations and run functions, loaded on demand.
// Out: a `Program`.

import type { RunContext, RunResult } from "../context.ts";
import { secondWord } from "../line/find-command.ts";
import type { Grammar } from "../line/grammar.ts";
import type { CommandSpec, CommandSummary, FamilySummary, OptionScope } from "../spec/types.ts";
import type { OfferedWords, WordPlace } from "./offered-words.ts";

/** One executable: its commands, its options, its manners. */
export interface Program extends Grammar {
  readonly name: string;
  /** The first line of its help. */
  readonly usage: string;
  /** One sentence under it. */
  readonly purpose: string;
  readonly examples: readonly string[];
  /** What every command of it has to do with. */
  readonly scopes?: readonly OptionScope[];
  /** A word `@FILE` stands for the words in that file. */
  readonly readsArgumentFiles: boolean;
  /** Commands in which a word `@NAME` is a partition where no file of that name is there. */
  readonly takingPartitions?: readonly string[];
  /** A configuration file counts; `quietly`: without a word about it. */
  readonly readsConfig: "yes" | "quietly" | "no";
  /** What a line without a command ends with, besides help. */
  readonly exitCodeWithoutCommand: number;
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

/** What may be the first word: the commands, each family as one entry where its first command stands. */
export function firstWords(program: Pick<Program, "commands" | "families">): readonly CommandSummary[] {
  const entries = listedCommands(program).map((command) => familyHolding(command, program) ?? command);
  return [...new Set(entries)];
}

/** The commands of the family, as they are told apart by their second word. */
export function membersOf(program: Pick<Program, "commands">, { name }: FamilySummary): readonly CommandSummary[] {
  return listedCommands(program).filter((command) => secondWord(command.name, name) !== null);
}

function familyHolding(
  command: CommandSummary,
  { families = [] }: Pick<Program, "families">,
): FamilySummary | undefined {
  return families.find(({ name }) => secondWord(command.name, name) !== null);
}
