// Shelf: help, made from the declarations.
// In: a program or a command, and a width.
// Out: text.

import { firstWords, membersOf, type Program } from "../programs/program.ts";
import { countingOptions } from "../programs/shared-options.ts";
import { textWidth } from "../show/screen/text-width.ts";
import { wrapLine } from "../show/screen/wrap-text.ts";
import { HELP_OPTION, HELP_WORD, VERSION_OPTION } from "../spec/common-options.ts";
import type { ArgumentSpec, CommandSpec, ExampleSpec, FamilySummary, OptionSpec } from "../spec/types.ts";
import { splitDescription } from "./split-description.ts";

/** Where the second column begins. */
const COLUMN = 30;
/** Where the page has no room for two columns, what belongs to a name stands under it. */
const NARROW = 64;
const UNDER = 6;

/** `esptool --help`. `columns` is the width to fill. */
export function programHelp(program: Program, columns: number): string {
  const listed = firstWords(program);
  const groups = [...new Set(listed.map((command) => command.group))];
  const commands = groups.flatMap((group) =>
    titled(
      `${group}:`,
      listed.filter((command) => command.group === group).flatMap(({ name, summary }) => entry(name, summary, columns)),
    ),
  );
  return text([
    ...wrapLine(program.usage, columns),
    "",
    ...wrapLine(program.purpose, columns, 0),
    ...titled(
      "Examples:",
      program.examples.flatMap((example) => commandLine(example, columns)),
    ),
    ...commands,
    ...titled("Options:", optionLines([...program.options, VERSION_OPTION, HELP_OPTION], columns)),
    "",
    ...wrapLine(
      `"${program.name} ${HELP_WORD} COMMAND" shows examples, arguments and options of a command.`,
      columns,
      0,
    ),
  ]);
}

/** `esptool FAMILY --help`. */
export function familyHelp(program: Program, family: FamilySummary, columns: number): string {
  return text([
    ...wrapLine(`Usage: ${program.name} [options] ${family.name} COMMAND [arguments]`, columns),
    "",
    ...wrapLine(`${family.summary}.`, columns, 0),
    ...titled(
      "Commands:",
      membersOf(program, family).flatMap(({ name, summary }) => entry(name, summary, columns)),
    ),
    "",
    ...wrapLine(
      `"${program.name} ${HELP_WORD} ${family.name} COMMAND" shows examples, arguments and options of a command.`,
      columns,
      0,
    ),
  ]);
}

/** `esptool COMMAND --help`. */
export function commandHelp(program: Program, spec: CommandSpec, columns: number): string {
  const words = [`Usage: ${program.name} [options]`, spec.name, ...(spec.options.length > 0 ? ["[options]"] : [])];
  return page([...words, ...spec.arguments.map(argumentForm)].join(" "), spec, {
    columns,
    options: spec.options,
    end: sharedLine(program, spec),
  });
}

/** `esp-rfc2217-server --help`: an executable that is one command. */
export function executableHelp(spec: CommandSpec, columns: number): string {
  return page(["Usage:", spec.name, "[options]", ...spec.arguments.map(({ name }) => name)].join(" "), spec, {
    columns,
    options: [...spec.options, VERSION_OPTION, { ...HELP_OPTION, summary: "Show this" }],
    end: null,
  });
}

interface Page {
  readonly columns: number;
  readonly options: readonly OptionSpec[];
  /** The last line. */
  readonly end: string | null;
}

function page(usage: string, spec: CommandSpec, { columns, options, end }: Page): string {
  const { sentence, more } = splitDescription(spec.description);
  return text([
    ...wrapLine(usage, columns),
    "",
    ...wrapLine(sentence, columns, 0),
    ...titled("Examples:", exampleLines(spec.examples, columns)),
    ...titled("Arguments:", argumentLines(spec.arguments, columns)),
    ...titled("Options:", optionLines(options, columns)),
    ...(more === "" ? [] : ["", ...wrapLine(more, columns, 0)]),
    ...(end === null ? [] : ["", ...wrapLine(end, columns, 0)]),
  ]);
}

/** So many are named; the others are where these are. */
const NAMED = 3;

/** Where the options of every command are, in one line that names the first of those that count here. */
function sharedLine(program: Program, spec: CommandSpec): string {
  const names = countingOptions(program, spec).map(({ name }) => `--${name}`);
  const more = names.length > NAMED ? " and more" : "";
  return `Also ${names.slice(0, NAMED).join(", ")}${more}: see "${program.name} --help".`;
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

/** How an argument stands in the usage line. */
export function argumentForm({ name, kind, minimum, usage, default: standard }: ArgumentSpec): string {
  if (usage !== undefined) return usage;
  if (kind === "pairs") return `${name}...`;
  if (kind === "words") return minimum === 0 ? `[${name}...]` : `${name}...`;
  return standard === undefined ? name : `[${name}]`;
}

function argumentLines(specs: readonly ArgumentSpec[], columns: number): string[] {
  return specs.flatMap(({ name, summary, default: standard }) =>
    entry(name, standard === undefined ? summary : `${summary} [default ${standard}]`, columns),
  );
}

function optionLines(specs: readonly OptionSpec[], columns: number): string[] {
  return specs
    .filter((option) => option.hidden !== true)
    .flatMap((option) => entry(optionNames(option), optionSummary(option), columns));
}

function optionNames({ name, short, twoLetter, value }: OptionSpec): string {
  const before = short !== undefined ? `-${short}, ` : twoLetter !== undefined ? `-${twoLetter}, ` : "    ";
  return `${before}--${name}${valueForm(value)}`;
}

function valueForm(value: OptionSpec["value"]): string {
  if (value === undefined) return "";
  return value.whenLeftOut === undefined ? ` ${value.label}` : `[=${value.label}]`;
}

function optionSummary({ summary, value, default: standard, env }: OptionSpec): string {
  const choices = value?.choices === undefined ? "" : `: ${value.choices.join(", ")}`;
  const facts = [
    ...(standard === undefined ? [] : [`default ${standard}`]),
    ...(env === undefined ? [] : [`environment ${env}`]),
  ];
  return `${summary}${choices}${facts.length === 0 ? "" : ` [${facts.join("; ")}]`}`;
}

function exampleLines(examples: readonly ExampleSpec[], columns: number): string[] {
  return examples.flatMap(({ command, what }) => [
    ...wrapLine(`  # ${what}`, columns - 2).map((line, index) => (index === 0 ? line : `  # ${line.trimStart()}`)),
    ...commandLine(command, columns),
  ]);
}

/** A line to type; where it has to be broken, it can still be copied into a shell. */
function commandLine(command: string, columns: number): string[] {
  if (command.length + 2 <= columns) return [`  ${command}`];
  const lines = wrapLine(`  ${command}`, columns - 2, UNDER);
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** A name and beside it what it is; a long name gets a line of its own. */
function entry(name: string, summary: string, columns: number): string[] {
  const column = columns < NARROW ? UNDER : COLUMN;
  // Under each other, names without a letter need no room for one.
  const head = `  ${columns < NARROW ? name.trimStart() : name}`;
  const lines = wrapLine(summary, columns - column, 0).map((line) => " ".repeat(column) + line);
  const [first = "", ...rest] = lines;
  if (textWidth(head) > column - 2) return [...wrapLine(head, columns, UNDER), first, ...rest];
  return [head.padEnd(column) + first.slice(column), ...rest];
}
