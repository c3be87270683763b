import { COMMAND_MODULES } from "../src/cli/load-command.ts";
import { COMMANDS, LISTED_COMMANDS } from "../src/cli/spec/command-table.ts";
import { GLOBAL_OPTIONS } from "../src/cli/spec/global-options.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../src/cli/spec/types.ts";

/** The pages of docs/cli by their file names, made from the declarations that the parser and the help use. */
export async function manualPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>([
    ["README.md", indexPage()],
    ["options.md", optionsPage()],
  ]);
  for (const { name } of COMMANDS) {
    const modules = COMMAND_MODULES[name];
    if (modules === undefined) throw new Error(`The command ${name} of the table has no declaration.`);
    pages.set(`${name}.md`, commandPage((await modules.spec()).SPEC));
  }
  return pages;
}

const ORIGIN =
  "<!-- Made by `node tools/run-ts.mjs tools/make-cli-docs.ts` from src/cli/spec; changes here get lost. -->";

function indexPage(): string {
  const groups = [...new Set(LISTED_COMMANDS.map(({ group }) => group))];
  return page([
    "# Commands of esptool",
    "",
    "```sh",
    "esptool [options] COMMAND [arguments]",
    "```",
    "",
    "[Options of every command](options.md) stand before the command; behind it they are taken as well.",
    ...groups.flatMap((group) => [
      "",
      `## ${group}`,
      "",
      ...table(
        ["command", "what it does"],
        LISTED_COMMANDS.filter((command) => command.group === group).map(({ name, summary }) => [
          `[${name}](${name}.md)`,
          `${summary}.`,
        ]),
      ),
    ]),
  ]);
}

function optionsPage(): string {
  return page([
    "# Options of every command",
    "",
    "They stand before the command; behind it they are taken as well, where the command has no option of that name. What",
    "stands on the line counts more than the environment, and the environment more than the",
    "[configuration file](../configuration.md).",
    "",
    ...optionTable(GLOBAL_OPTIONS),
  ]);
}

function commandPage(spec: CommandSpec): string {
  const words = ["esptool [options]", spec.name, ...(shown(spec.options).length > 0 ? ["[options]"] : [])];
  return page([
    `# esptool ${spec.name}`,
    "",
    spec.description,
    "",
    "```sh",
    [...words, ...spec.arguments.map(argumentForm)].join(" "),
    "```",
    ...titled("Arguments", argumentTable(spec.arguments)),
    ...titled("Options", optionTable(spec.options)),
    "",
    "See also the [options of every command](options.md).",
    ...titled("Examples", exampleLines(spec)),
  ]);
}

function page(lines: readonly string[]): string {
  return `${[ORIGIN, "", ...lines].join("\n")}\n`;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function argumentForm({ name, kind, default: standard }: ArgumentSpec): string {
  if (kind === "pairs") return `${name}...`;
  return standard === undefined ? name : `[${name}]`;
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
  const label = value === undefined ? "" : ` ${value.label}`;
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
