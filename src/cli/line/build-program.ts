import { Command, CommanderError, Option } from "commander";
import { EspError } from "../../index.ts";
import { VERSION_OPTION } from "../spec/common-options.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../spec/types.ts";
import { didYouMean } from "./meant/closest-name.ts";
import { spreadOptions } from "./spread-options.ts";

/** What stood on the line, as text; absent options are absent, switches are true. */
export type RawOptions = Readonly<Record<string, string | true | readonly string[]>>;

export interface ParsedWords {
  readonly options: RawOptions;
  readonly words: readonly string[];
  /** `--help` was among the options; nothing else was checked then. */
  readonly help: boolean;
}

/** The options before the command; `words` begins with the command's name. */
export function parseLeadingOptions(argv: readonly string[], options: readonly OptionSpec[]): ParsedWords {
  const program = quietCommand("esptool").passThroughOptions().argument("[words...]");
  const taken = [...options, VERSION_OPTION];
  for (const option of taken) program.addOption(toOption(option));
  return parse(program, spreadOptions(argv, taken), taken);
}

/** Options and arguments behind the command's name. `shared` are taken as well, where the names are free. */
export function parseCommandWords(
  argv: readonly string[],
  spec: CommandSpec,
  shared: readonly OptionSpec[],
): ParsedWords {
  const command = quietCommand(spec.name);
  const options = [...spec.options, ...freeOptions(spec.options, shared)];
  for (const option of options) command.addOption(toOption(option));
  // Behind a partition's name a size may be left out, so how many words there have to be is looked at later.
  const isCountedLater = spec.arguments.some(({ byName, kind }) => byName === true && kind !== "pairs");
  for (const [index, argument] of spec.arguments.entries()) {
    command.argument(isCountedLater && index > 0 ? `[${argument.name}]` : argumentForm(argument));
  }
  return parse(command, spreadOptions(expandTwoLetterOptions(argv, spec.options), options, spec.arguments), options);
}

function argumentForm({ name, kind, minimum, default: standard }: ArgumentSpec): string {
  if (kind === "pairs") return `<${name}...>`;
  if (kind === "words") return minimum === 0 ? `[${name}...]` : `<${name}...>`;
  return standard === undefined ? `<${name}>` : `[${name}]`;
}

/** Commander prints nothing and never exits; what it finds wrong becomes an `EspError`. */
function quietCommand(name: string): Command {
  const silence = (): void => {};
  return new Command(name)
    .exitOverride()
    .configureOutput({ writeOut: silence, writeErr: silence, outputError: silence })
    .showSuggestionAfterError(false)
    .helpOption("-h, --help")
    .action(silence);
}

function toOption(spec: OptionSpec): Option {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  const value = spec.value === undefined ? "" : ` <${spec.value.label}>`;
  const option = new Option(`${short}--${spec.name}${value}`);
  // `--no-stub` is a switch of that name here, not the opposite of a `--stub`.
  option.negate = false;
  option.attributeName = () => spec.name;
  if (spec.value?.repeatable) {
    option.argParser((text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text]);
  }
  return option;
}

/** A command's own `-p` or `-s` hides the shared one of that letter, not its long name. */
function freeOptions(own: readonly OptionSpec[], shared: readonly OptionSpec[]): OptionSpec[] {
  const names = new Set(own.map((option) => option.name));
  const letters = new Set(own.map((option) => option.short));
  return shared
    .filter((option) => !names.has(option.name))
    .map((option) => {
      if (!letters.has(option.short)) return option;
      const { short: _taken, ...rest } = option;
      return rest;
    });
}

/** `-fs 4MB` and `-fs=4MB`, which no parser of single letters can read, become `--flash-size ...`. */
function expandTwoLetterOptions(argv: readonly string[], options: readonly OptionSpec[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((word, index) => {
    if (end !== -1 && index > end) return word;
    const match = /^-([a-z]{2})(=.*)?$/s.exec(word);
    const option = match === null ? undefined : options.find((candidate) => candidate.twoLetter === match[1]);
    return option === undefined ? word : `--${option.name}${match?.[2] ?? ""}`;
  });
}

function parse(command: Command, argv: readonly string[], options: readonly OptionSpec[]): ParsedWords {
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { options: command.opts(), words: command.args, help: true };
    throw usageError(error, options);
  }
  return { options: command.opts(), words: command.args, help: false };
}

function usageError(error: CommanderError, options: readonly OptionSpec[]): EspError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  const details = { reason: error.code };
  const invalid = (sentence: string, hint: string): EspError =>
    new EspError("argument.invalid", sentence, { hint, details });
  switch (error.code) {
    case "commander.unknownOption": {
      const glued = options.find(({ twoLetter }) => twoLetter !== undefined && quoted.startsWith(`-${twoLetter}`));
      if (glued !== undefined) {
        const value = quoted.slice(3);
        return invalid(`There is no option '${quoted}' here.`, `Write -${glued.twoLetter} ${value}, as two words.`);
      }
      const names = options.filter(({ hidden }) => hidden !== true).map(({ name }) => `--${name}`);
      const meant = didYouMean(quoted.split("=", 1)[0] ?? "", names);
      return invalid(
        `There is no option '${quoted}' here.`,
        [meant ?? "", "--help shows the options."].join(" ").trim(),
      );
    }
    case "commander.optionMissingArgument": {
      const name = quoted.split(/[ ,]+/).find((word) => word.startsWith("--")) ?? quoted;
      const choices = options.find((option) => `--${option.name}` === name)?.value?.choices;
      const hint = choices === undefined ? "Write it behind the option." : `Choose from ${choices.join(", ")}.`;
      return invalid(`The option '${name}' needs a value.`, hint);
    }
    case "commander.missingArgument":
      return invalid(`The argument ${quoted} is missing.`, "--help shows the arguments.");
    case "commander.excessArguments":
      return invalid("There are more arguments than the command takes.", "--help shows the arguments.");
    default:
      return invalid(`The command line is wrong: ${error.message.replace(/^error: /, "")}.`, "--help shows how.");
  }
}
