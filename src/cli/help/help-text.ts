// Shelf: help, made from the declarations.
// In: a program or a command, and a width.
// Out: text.

import { listedCommands, type Program } from "../programs/program.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../spec/types.ts";

const COLUMN = 30;

/** `esptool --help`. `columns` is the width to fill. */
export function programHelp(program: Program, columns: number): string {
  const listed = listedCommands(program);
  const groups = [...new Set(listed.map((command) => command.group))];
  const commands = groups.flatMap((group) => [
    "",
    `${group}:`,
    ...listed
      .filter((command) => command.group === group)
      .flatMap(({ name, summary }) => entry(name, summary, columns)),
  ]);
  return text([
    program.usage,
    "",
    ...wrap(program.purpose, columns, ""),
    ...commands,
    "",
    "Options:",
    ...optionLines(program.options, columns),
    ...entry("-h, --help", "Show this, or behind a command its own help", columns),
    "",
    "Examples:",
    ...program.examples.map((example) => `  ${example}`),
  ]);
}

/** `esptool COMMAND --help`. */
export function commandHelp(program: Program, spec: CommandSpec, columns: number): string {
  const names = spec.arguments.map(argumentForm);
  return text([
    [`Usage: ${program.name} [options]`, spec.name, ...(spec.options.length > 0 ? ["[options]"] : []), ...names].join(
      " ",
    ),
    "",
    ...wrap(spec.description, columns, ""),
    ...titled("Arguments:", argumentLines(spec.arguments, columns)),
    ...titled("Options:", optionLines(spec.options, columns)),
    ...titled("Options of every command:", optionLines(sharedOptions(program, spec), columns)),
    ...titled(
      "Examples:",
      spec.examples.flatMap(({ command, what }) => [`  # ${what}`, `  ${command}`]),
    ),
  ]);
}

/** Without those that the command declares anew. */
function sharedOptions(program: Program, spec: CommandSpec): OptionSpec[] {
  const own = new Set(spec.options.map((option) => option.name));
  return program.options.filter((option) => !own.has(option.name));
}

/** `esp-rfc2217-server --help`: an executable that is one command. */
export function executableHelp(spec: CommandSpec, columns: number): string {
  const names = spec.arguments.map((argument) => argument.name);
  return text([
    ["Usage:", spec.name, "[options]", ...names].join(" "),
    "",
    ...wrap(spec.description, columns, ""),
    ...titled("Arguments:", argumentLines(spec.arguments, columns)),
    "",
    "Options:",
    ...optionLines(spec.options, columns),
    ...entry("-h, --help", "Show this", columns),
    ...titled(
      "Examples:",
      spec.examples.flatMap(({ command, what }) => [`  # ${what}`, `  ${command}`]),
    ),
  ]);
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
  return `${before}--${name}${value === undefined ? "" : ` ${value.label}`}`;
}

function optionSummary({ summary, value, default: standard, env }: OptionSpec): string {
  const choices = value?.choices === undefined ? "" : `: ${value.choices.join(", ")}`;
  const facts = [
    ...(standard === undefined ? [] : [`default ${standard}`]),
    ...(env === undefined ? [] : [`environment ${env}`]),
  ];
  return `${summary}${choices}${facts.length === 0 ? "" : ` [${facts.join("; ")}]`}`;
}

/** A name and beside it what it is; a long name gets a line of its own. */
function entry(name: string, summary: string, columns: number): string[] {
  const indent = " ".repeat(COLUMN);
  const [first = "", ...rest] = wrap(summary, columns, indent);
  const head = `  ${name}`;
  if (head.length > COLUMN - 2) return [head, first, ...rest];
  return [head.padEnd(COLUMN) + first.slice(COLUMN), ...rest];
}

function wrap(words: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words.split(" ")) {
    const isFirst = line === indent;
    if (!isFirst && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line += isFirst ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}
