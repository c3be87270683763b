import { argumentForm } from "../../src/cli/help/help-text.ts";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { listedCommands, type Program } from "../../src/cli/programs/program.ts";
import { SPEC as RFC2217_SERVER } from "../../src/cli/rfc2217-server/spec.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../../src/cli/spec/types.ts";
import { VERSION } from "../../src/cli/version.ts";

/** One page a program, in section 1, by file name; in the macros of man(7), from the declarations that the help is made of. */
export async function manPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const program of PROGRAMS) pages.set(`${program.name}.1`, await programPage(program));
  pages.set(`${RFC2217_SERVER.name}.1`, executablePage(RFC2217_SERVER));
  return pages;
}

const ORIGIN = '.\\" Made by `npm run docs` from src/cli/spec; changes here get lost.';

async function programPage(program: Program): Promise<string> {
  const listed = listedCommands(program);
  const groups = [...new Set(listed.map(({ group }) => group))];
  const commands: string[] = [];
  for (const group of groups) {
    commands.push(`.SH ${roff(group).toUpperCase()}`);
    for (const { name } of listed.filter((command) => command.group === group)) {
      const spec = await program.loadSpec(name);
      if (spec === null) throw new Error(`The command ${name} of ${program.name} has no declaration.`);
      commands.push(...commandSection(spec));
    }
  }
  return page(program.name, program.purpose, [
    ".SH SYNOPSIS",
    bold(program.usage.replace(/^Usage: /, "")),
    ".SH DESCRIPTION",
    text(program.purpose),
    ".PP",
    text(
      "A - in the place of a file is standard input or standard output; what else there is to say goes to stderr then.",
    ),
    ".SH OPTIONS OF EVERY COMMAND",
    text("They stand before the command; behind it they are taken as well, where it has none of that name."),
    ...optionEntries(program.options),
    ...commands,
    ...environment(program.options),
    ".SH EXIT STATUS",
    ...exitStatus(program),
    ".SH EXAMPLES",
    ...program.examples.flatMap((example) => [".PP", ".nf", roff(example), ".fi"]),
    ...seeAlso(program.name),
  ]);
}

function executablePage(spec: CommandSpec): string {
  return page(spec.name, spec.description, [
    ".SH SYNOPSIS",
    bold([spec.name, "[options]", ...spec.arguments.map(argumentForm)].join(" ")),
    ".SH DESCRIPTION",
    text(spec.description),
    ".SH OPTIONS",
    ...argumentEntries(spec.arguments),
    ...optionEntries(spec.options),
    ".SH EXAMPLES",
    ...examples(spec),
    ...seeAlso(spec.name),
  ]);
}

function page(name: string, purpose: string, sections: readonly string[]): string {
  const [first = ""] = purpose.split(/\. |: /);
  return `${[
    ORIGIN,
    `.TH "${name.toUpperCase()}" "1" "" "esptool\\-ts ${VERSION}" "esptool\\-ts"`,
    // No word is broken: names of options and variables are copied from here.
    ".nh",
    ".ad l",
    ".SH NAME",
    `${roff(name)} \\- ${roff(first.replace(/\.$/, ""))}`,
    ...sections,
  ].join("\n")}\n`;
}

function commandSection(spec: CommandSpec): string[] {
  const options = spec.options.some(({ hidden }) => hidden !== true) ? ["[options]"] : [];
  return [
    `.SS "${roff([spec.name, ...options, ...spec.arguments.map(argumentForm)].join(" "))}"`,
    text(spec.description),
    ...argumentEntries(spec.arguments),
    ...optionEntries(spec.options),
    ...examples(spec),
  ];
}

function examples({ examples: found }: CommandSpec): string[] {
  return found.flatMap(({ command, what }) => [".PP", ".nf", `# ${roff(what)}`, roff(command), ".fi"]);
}

function argumentEntries(specs: readonly ArgumentSpec[]): string[] {
  return specs.flatMap(({ name, summary, default: standard }) =>
    entry(bold(name), summary, facts({ default: standard })),
  );
}

function optionEntries(specs: readonly OptionSpec[]): string[] {
  return specs
    .filter(({ hidden }) => hidden !== true)
    .flatMap((option) => {
      const { name, short, twoLetter, value, summary } = option;
      const letters = short ?? twoLetter;
      const shown = value === undefined ? "" : `\\fI${roff(value.label)}\\fR`;
      const label = value === undefined ? "" : value.whenLeftOut === undefined ? ` ${shown}` : `[=${shown}]`;
      const head = [...(letters === undefined ? [] : [bold(`-${letters}`)]), bold(`--${name}`) + label].join(", ");
      const choices = value?.choices === undefined ? "" : `: ${value.choices.join(", ")}`;
      return entry(head, `${summary}${choices}`, facts(option));
    });
}

function facts({
  default: standard,
  env,
}: Pick<OptionSpec, "env"> & { readonly default?: string | undefined }): string {
  const found = [
    ...(standard === undefined ? [] : [`default ${standard}`]),
    ...(env === undefined ? [] : [`environment ${env}`]),
  ];
  return found.length === 0 ? "." : ` (${found.join("; ")}).`;
}

function entry(head: string, summary: string, end: string): string[] {
  return [".TP", head, text(`${summary}${end}`)];
}

function environment(options: readonly OptionSpec[]): string[] {
  const found = options.filter(({ env, hidden }) => env !== undefined && hidden !== true);
  if (found.length === 0) return [];
  return [
    ".SH ENVIRONMENT",
    ...found.flatMap(({ env = "", name }) => entry(bold(env), `Stands in for --${name}`, ".")),
  ];
}

function exitStatus(program: Program): string[] {
  return [
    ...entry(bold("0"), "It worked", "."),
    ...entry(bold("1"), "The serial line failed", "."),
    ...entry(
      bold("2"),
      program.exitCodeWithoutCommand === 0 ? "Anything else failed" : "Anything else failed, or there was no command",
      ".",
    ),
    ...entry(bold("130"), "Ctrl-C ended it", "; 143 and 129: SIGTERM, or a terminal that was closed."),
  ];
}

function seeAlso(name: string): string[] {
  const others = [...PROGRAMS.map((program) => program.name), RFC2217_SERVER.name].filter((other) => other !== name);
  return [".SH SEE ALSO", others.map((other) => `${bold(other)}(1)`).join(", ")];
}

function bold(words: string): string {
  return `\\fB${roff(words)}\\fR`;
}

/** As lines of a paragraph: a point or a quote at the beginning of one would be a command. */
function text(words: string): string {
  return roff(words).replace(/^(?=[.'])/gm, "\\&");
}

/** Hyphens are those that are typed, and quotes are plain. */
function roff(words: string): string {
  return words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga");
}
