// Shelf: from words to values.
// In: a line's words and the grammar of its program.
// Out: commands with their options and arguments, or `argument.*`.

import { EspError } from "../../index.ts";
import { HELP_COMMAND, HELP_WORD, VERSION_OPTION } from "../spec/common-options.ts";
import type { ArgumentSpec, CommandSpec, FamilySummary, OptionSpec } from "../spec/types.ts";
import { refuseOtherOrder } from "./argument-order.ts";
import type { ParsedWords, RawOptions } from "./build-program.ts";
import { type FoundCommand, findCommand, parseLeading } from "./find-command.ts";
import type { Grammar } from "./grammar.ts";
import { type OnOldName, renewOptions } from "./meant/old-names.ts";
import { type OptionValues, readOptionValues } from "./option-values.ts";
import { parseValue } from "./value/parse-values.ts";
import { type Pair, readPairs } from "./value/read-pairs.ts";

export interface ArgumentValues {
  text(name: string): string;
  /** As it was written. */
  typed(name: string): string;
  number(name: string): number;
  /** The partition that stands in the place of an address; null where an address does. */
  reference(name: string): string | null;
  /** For `size-or-all`. */
  size(name: string): number | "all";
  readonly pairs: readonly Pair[];
  /** Of an argument that is a list of words. */
  readonly words: readonly string[];
}

/** One command of the line with the words behind its name. */
export interface CommandWords {
  readonly spec: CommandSpec;
  readonly words: readonly string[];
}

/** The line cut into its commands; nothing behind their names is understood yet. */
export type LeadingPart =
  | {
      readonly kind: "help";
      readonly asked: boolean;
      readonly options: RawOptions;
      /** Null: help of the program. */
      readonly about: CommandSpec | FamilySummary | null;
    }
  | { readonly kind: "version" }
  | { readonly kind: "commands"; readonly leading: ParsedWords; readonly commands: readonly CommandWords[] };

/** Finds the commands. Throws `argument.*` for what stands before them, and for a command that does not exist. */
export async function readLeadingPart(
  argv: readonly string[],
  grammar: Grammar,
  onOldName: OnOldName,
): Promise<LeadingPart> {
  const leading = await parseLeading(renewOptions(argv, onOldName), grammar);
  const { options } = leading;
  if (leading.help) return { kind: "help", asked: true, options, about: null };
  if (options[VERSION_OPTION.name] !== undefined) return { kind: "version" };
  const [typed, ...rest] = leading.words;
  if (typed === undefined) return { kind: "help", asked: false, options, about: null };
  if (typed === HELP_WORD) return await readHelp(rest, { grammar, onOldName, options });
  const first = await findCommand(leading.words, grammar, onOldName);
  if (first.kind === "family") {
    return { kind: "help", asked: first.asked, options: { ...options, ...first.options }, about: first.family };
  }
  if (!grammar.takesSeveralCommands) {
    const within = { ...leading, options: { ...options, ...first.options } };
    return { kind: "commands", leading: within, commands: [first] };
  }
  return { kind: "commands", leading, commands: await cutCommands(first, grammar, onOldName) };
}

interface Asking {
  readonly grammar: Grammar;
  readonly onOldName: OnOldName;
  readonly options: RawOptions;
}

/** What stands behind `help`. */
async function readHelp(words: readonly string[], { grammar, onOldName, options }: Asking): Promise<LeadingPart> {
  const asking = await parseRest({ spec: HELP_COMMAND, words }, grammar);
  const given = { ...options, ...asking.options };
  const [name = HELP_WORD] = asking.words;
  if (name === HELP_WORD) return { kind: "help", asked: true, options: given, about: null };
  const found = await findCommand(asking.words, grammar, onOldName);
  if (found.kind === "command" && found.words.length > 0) {
    throw new EspError("argument.invalid", "There are more words than the name of a command.", {
      hint: `Write ${HELP_WORD} ${found.spec.name}.`,
    });
  }
  return { kind: "help", asked: true, options: given, about: aboutOf(found) };
}

function aboutOf(found: FoundCommand): CommandSpec | FamilySummary {
  return found.kind === "family" ? found.family : found.spec;
}

/** The commands of such a program have names of one word. */
async function cutCommands(
  first: FoundCommand,
  grammar: Grammar,
  onOldName: OnOldName,
): Promise<readonly CommandWords[]> {
  const { splitCommands } = await import("./split-commands.ts");
  const names = grammar.commands.map((command) => command.name);
  const commands: CommandWords[] = [];
  for (let found = first; found.kind === "command"; ) {
    const words = splitCommands(found.words, found.spec, { options: grammar.options, names });
    commands.push({ spec: found.spec, words });
    const left = found.words.slice(words.length);
    if (left.length === 0) break;
    found = await findCommand(left, grammar, onOldName);
  }
  return commands;
}

async function parseRest({ spec, words }: CommandWords, grammar: Grammar): Promise<ParsedWords> {
  if (words.length === 0 && spec.arguments.length === 0) return { options: {}, words: [], help: false };
  const { parseCommandWords } = await import("./build-program.ts");
  return parseCommandWords(words, spec, grammar.options);
}

/** One command of the line, understood. */
export interface ParsedCommand {
  readonly spec: CommandSpec;
  readonly options: OptionValues;
  readonly arguments: ArgumentValues;
}

export type CommandPart =
  | { readonly kind: "help"; readonly spec: CommandSpec }
  | { readonly kind: "run"; readonly commands: readonly ParsedCommand[] };

export interface CommandPartSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onOldName: OnOldName;
}

/** Options and arguments of the commands. Throws `argument.*`. */
export async function readCommandPart(
  { leading, commands }: Extract<LeadingPart, { kind: "commands" }>,
  grammar: Grammar,
  { env, onOldName }: CommandPartSources,
): Promise<CommandPart> {
  const parts: { readonly spec: CommandSpec; readonly parsed: ParsedWords }[] = [];
  for (const command of commands) {
    const parsed = await parseRest(command, grammar);
    if (parsed.help) return { kind: "help", spec: command.spec };
    parts.push({ spec: command.spec, parsed });
  }
  const onOldValue = oncePerSentence(onOldName);
  // A shared option counts for the whole line, behind whichever command it stands.
  const shared = parts.map(({ spec, parsed }) => sharedOptions(parsed.options, spec, grammar));
  return {
    kind: "run",
    commands: parts.map(({ spec, parsed }) => {
      for (const group of [...(grammar.exclusive ?? []), ...(spec.exclusive ?? [])]) {
        refuseBoth(group, [leading.options, ...shared, parsed.options]);
      }
      for (const option of spec.options) refuseWithout(option, parsed.options);
      const specs = [...grammar.options, ...spec.options];
      const lines = [leading.options, ...shared, parsed.options];
      const options = readOptionValues(specs, { lines, env, onOldName: onOldValue });
      for (const name of ["verbose", "trace"]) {
        if (options.flag("silent") && options.flag(name)) {
          throw new EspError("argument.conflict", `Cannot use both --silent and --${name}.`, {
            hint: "Leave one out.",
          });
        }
      }
      return { spec, options, arguments: readArguments(spec.arguments, parsed.words) };
    }),
  };
}

/** An option of the whole line is read for each of its commands, and warned of once. */
function oncePerSentence(onOldName: OnOldName): OnOldName {
  const said = new Set<string>();
  return (sentence) => {
    if (!said.has(sentence)) onOldName(sentence);
    said.add(sentence);
  };
}

function sharedOptions(options: RawOptions, spec: CommandSpec, grammar: Grammar): RawOptions {
  const own = new Set(spec.options.map(({ name }) => name));
  const shared = grammar.options.filter(({ name }) => !own.has(name) && options[name] !== undefined);
  return Object.fromEntries(shared.map(({ name }) => [name, options[name] ?? true]));
}

function refuseBoth(group: readonly string[], lines: readonly RawOptions[]): void {
  const [first, second] = group.filter((name) => lines.some((line) => line[name] !== undefined));
  if (first === undefined || second === undefined) return;
  throw new EspError(
    "argument.conflict",
    `Illegal usage: option '--${first}' is mutually exclusive with option '--${second}'.`,
    { hint: "Leave one out." },
  );
}

/** It would be ignored, and whoever wrote it waits for what it does. */
function refuseWithout({ name, needs }: OptionSpec, line: RawOptions): void {
  if (needs === undefined || line[name] === undefined || line[needs] !== undefined) return;
  throw new EspError("argument.conflict", `The option --${name} means nothing here without --${needs}.`, {
    hint: `Add --${needs}, or leave --${name} out.`,
    details: { option: name, needs },
  });
}

function referenceOf(value: string | number): string | null {
  return typeof value === "string" && value.startsWith("@") ? value.slice(1) : null;
}

/** With `all` for the size that was left out behind a partition's name. Throws `argument.invalid` for a missing word. */
function withSizeOfPartition(specs: readonly ArgumentSpec[], words: readonly string[]): readonly string[] {
  if (specs[0]?.byName !== true || specs[0].kind === "pairs") return words;
  const size = specs.findIndex(({ kind }) => kind === "size-or-all");
  const isNamed = words[0]?.startsWith("@") === true;
  const isLeftOut = isNamed && words.length === specs.length - 1;
  const all = isLeftOut ? [...words.slice(0, size), "all", ...words.slice(size)] : words;
  // Of a partition it is never the size that is missing.
  const missing = isNamed && all.length < specs.length ? specs.at(-1) : specs[all.length];
  if (missing === undefined) return all;
  throw new EspError("argument.invalid", `The argument ${missing.name} is missing.`, {
    hint: "--help shows the arguments.",
    details: { reason: "commander.missingArgument" },
  });
}

function readArguments(specs: readonly ArgumentSpec[], typed: readonly string[]): ArgumentValues {
  const words = withSizeOfPartition(specs, typed);
  refuseOtherOrder(specs, words);
  const values = new Map<string, string | number>();
  let pairs: Pair[] = [];
  let list: readonly string[] = [];
  specs.forEach((spec, index) => {
    if (spec.kind === "pairs") pairs = readPairs(words.slice(index), spec.byName === true);
    else if (spec.kind === "words") list = words.slice(index);
    else if (spec.byName === true && words[index]?.startsWith("@") === true) values.set(spec.name, words[index] ?? "");
    else
      values.set(
        spec.name,
        parseValue(
          words[index] ?? spec.default ?? "",
          { kind: spec.kind, ...(spec.choices && { choices: spec.choices }) },
          spec.name,
        ),
      );
  });
  const get = (name: string): string | number => {
    const value = values.get(name);
    if (value === undefined) throw new EspError("internal", `The argument ${name} is not declared.`);
    return value;
  };
  return {
    text: (name) => String(get(name)),
    typed: (name) => words[specs.findIndex((spec) => spec.name === name)] ?? "",
    reference: (name) => referenceOf(get(name)),
    number: (name) => Number(get(name)),
    size: (name) => (get(name) === "all" ? "all" : Number(get(name))),
    pairs,
    words: list,
  };
}
