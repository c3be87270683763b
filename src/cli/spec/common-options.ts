import type { CommandSpec, OptionSpec } from "./types.ts";

/** What every program takes besides its own options, before a command. */
export const VERSION_OPTION: OptionSpec = { name: "version", short: "V", summary: "Show the version" };
export const HELP_OPTION: OptionSpec = {
  name: "help",
  short: "h",
  summary: "Show help; behind a command, its own",
};

/** The word in the place of a command that asks for help. */
export const HELP_WORD = "help";

/** What may stand behind that word. It is a command for the parser alone: no program has to list or run it. */
export const HELP_COMMAND: CommandSpec = {
  name: HELP_WORD,
  description: "Shows help, of a command where one is named.",
  arguments: [{ name: "COMMAND", kind: "words", minimum: 0, summary: "The command" }],
  options: [],
  examples: [],
};
