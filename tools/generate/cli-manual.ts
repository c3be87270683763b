import { argumentForm } from "../../src/cli/help/help-text.ts";
import { splitDescription } from "../../src/cli/help/split-description.ts";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { listedCommands, type Program } from "../../src/cli/programs/program.ts";
import { countingOptions } from "../../src/cli/programs/shared-options.ts";
import { HELP_OPTION, VERSION_OPTION } from "../../src/cli/spec/common-options.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../../src/cli/spec/types.ts";

/** Esptool's pages stand at the top, those of each other program in a folder of its name. */
export function folderOf({ name }: Pick<Program, "name">): string {
  return name === "esptool" ? "" : `${name}/`;
}

/** The page of a command: `ota show` has one called `ota-show.md`. */
function pageOf(name: string): string {
  return `${name.replaceAll(" ", "-")}.md`;
}

/** The pages of docs/cli by their paths, made from the declarations that the parser and the help use. */
export async function manualPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const program of PROGRAMS) {
    const folder = folderOf(program);
    pages.set(`${folder}README.md`, indexPage(program));
    pages.set(`${folder}options.md`, optionsPage(program));
    for (const { name } of program.commands) {
      const spec = await program.loadSpec(name);
      if (spec === null) throw new Error(`The command ${name} of ${program.name} has no declaration.`);
      pages.set(`${folder}${pageOf(name)}`, commandPage(program, spec));
    }
  }
  return pages;
}

const ORIGIN =
  "<!-- Made by `node tools/run-ts.mjs tools/generate/make-cli-docs.ts` from src/cli/spec; changes here get lost. -->";

function indexPage(program: Program): string {
  const listed = listedCommands(program);
  const groups = [...new Set(listed.map(({ group }) => group))];
  const others = PROGRAMS.filter(({ name }) => program.name === "esptool" && name !== "esptool");
  return page([
    `# Commands of ${program.name}`,
    "",
    program.purpose,
    ...(others.length === 0
      ? []
      : ["", `See also ${others.map((other) => `[${other.name}](${folderOf(other)}README.md)`).join(" and ")}.`]),
    "",
    "```sh",
    program.usage.replace(/^Usage: /, ""),
    "```",
    "",
    "[Options of every command](options.md) stand before the command; behind it they are taken as well.",
    `\`${program.name} help COMMAND\` shows a command's page in the terminal.`,
    "A `-` in the place of a file is standard input or standard output; what else there is to say goes to stderr then.",
    ...groups.flatMap((group) => [
      "",
      `## ${group}`,
      "",
      ...table(
        ["command", "what it does"],
        listed
          .filter((command) => command.group === group)
          .map(({ name, summary }) => [`[${name}](${pageOf(name)})`, `${summary}.`]),
      ),
    ]),
  ]);
}

function optionsPage(program: Program): string {
  const up = program.name === "esptool" ? "../" : "../../";
  return page([
    "# Options of every command",
    "",
    "They stand before the command; behind it they are taken as well, where the command has no option of that name. What",
    program.readsConfig === "no"
      ? "stands on the line counts more than the environment."
      : `stands on the line counts more than the environment, and the environment more than the`,
    ...(program.readsConfig === "no" ? [] : [`[configuration file](${up}configuration.md).`]),
    "",
    ...optionTable([...program.options, VERSION_OPTION, HELP_OPTION]),
  ]);
}

function commandPage(program: Program, spec: CommandSpec): string {
  const words = [`${program.name} [options]`, spec.name, ...(shown(spec.options).length > 0 ? ["[options]"] : [])];
  const { sentence, more } = splitDescription(spec.description);
  const shared = countingOptions(program, spec).map(({ name }) => code(`--${name}`));
  return page([
    `# ${program.name} ${spec.name}`,
    "",
    sentence,
    "",
    "```sh",
    [...words, ...spec.arguments.map(argumentForm)].join(" "),
    "```",
    ...(more === "" ? [] : ["", more]),
    ...titled("Examples", spec.examples.length === 0 ? [] : exampleLines(spec)),
    ...titled("Arguments", argumentTable(spec.arguments)),
    ...titled("Options", optionTable(spec.options)),
    "",
    `Of the [options of every command](options.md) these count here: ${shared.join(", ")}.`,
  ]);
}

function page(lines: readonly string[]): string {
  return `${[ORIGIN, "", ...lines].join("\n")}\n`;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function argumentTable(specs: readonly ArgumentSpec[]): string[] {
  if (specs.length === 0) return [];
  const hasDefaults = specs.some((spec) => spec.default !== undefined);
  return table(
    ["argument", "what it is", ...(hasDefaults ? ["default"] : [])],
    specs.map(({ name, summary, default: standard }) => [
      code(name),
      `${summary}.`,
      ...(hasDefaults ? [standard === undefined ? "" : code(standard)] : []),
    ]),
  );
}

function optionTable(options: readonly OptionSpec[]): string[] {
  const specs = shown(options);
  if (specs.length === 0) return [];
  return table(
    ["option", "what it does", "default", "environment"],
    specs.map((option) => [
      optionNames(option),
      `${option.summary}${choicesOf(option)}.`,
      option.default === undefined ? "" : code(option.default),
      option.env === undefined ? "" : code(option.env),
    ]),
  );
}

function shown(options: readonly OptionSpec[]): OptionSpec[] {
  return options.filter((option) => option.hidden !== true);
}

function optionNames({ name, short, twoLetter, value }: OptionSpec): string {
  const form = value?.whenLeftOut === undefined ? ` ${value?.label}` : `[=${value.label}]`;
  const label = value === undefined ? "" : form;
  const letters = short ?? twoLetter;
  return [...(letters === undefined ? [] : [code(`-${letters}`)]), code(`--${name}${label}`)].join(" ");
}

function choicesOf({ value }: OptionSpec): string {
  return value?.choices === undefined ? "" : `: ${value.choices.map(code).join(", ")}`;
}

function exampleLines({ examples }: CommandSpec): string[] {
  return ["```sh", ...examples.flatMap(({ command, what }) => [`# ${what}`, command]), "```"];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** With aligned columns, as the formatter would make them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [titles = [], ...others] = cells;
  return [line(titles), line(widths.map((width) => "-".repeat(width))), ...others.map(line)];
}
