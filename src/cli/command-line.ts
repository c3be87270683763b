import { EspError } from "../index.ts";
import type { ParsedWords } from "./build-program.ts";
import { closestName } from "./closest-name.ts";
import { COMMAND_MODULES } from "./load-command.ts";
import { type OnOldName, renewCommand, renewOptions } from "./old-names.ts";
import { type OptionValues, readOptionValues } from "./option-values.ts";
import { parseValue } from "./parse-values.ts";
import { COMMANDS } from "./spec/command-table.ts";
import { GLOBAL_OPTIONS } from "./spec/global-options.ts";
import type { ArgumentSpec, CommandSpec } from "./spec/types.ts";

export interface Pair {
  readonly address: number;
  readonly file: string;
}

export interface ArgumentValues {
  text(name: string): string;
  number(name: string): number;
  /** For `size-or-all`. */
  size(name: string): number | "all";
  readonly pairs: readonly Pair[];
}

/** The line up to and including the command's name. */
export type LeadingPart =
  | { readonly kind: "help"; readonly asked: boolean }
  | {
      readonly kind: "command";
      readonly spec: CommandSpec;
      readonly leading: ParsedWords;
      readonly rest: readonly string[];
    };

/** Finds the command. Throws `argument.*` for what stands before it, and for a command that does not exist. */
export async function readLeadingPart(argv: readonly string[], onOldName: OnOldName): Promise<LeadingPart> {
  const leading = await parseLeading(renewOptions(argv, onOldName));
  if (leading.help) return { kind: "help", asked: true };
  const [typed, ...rest] = leading.words;
  if (typed === undefined) return { kind: "help", asked: false };
  const names = COMMANDS.map((command) => command.name);
  const name = renewCommand(typed, names, onOldName);
  const modules = Object.hasOwn(COMMAND_MODULES, name) ? COMMAND_MODULES[name] : undefined;
  if (modules === undefined) throw unknownCommand(typed, names);
  return { kind: "command", spec: (await modules.spec()).SPEC, leading, rest };
}

/** Where there is nothing to parse, the parser is not loaded: it is a good part of a short command's time. */
async function parseLeading(argv: readonly string[]): Promise<ParsedWords> {
  if (argv[0]?.startsWith("-") !== true) return { options: {}, words: argv, help: false };
  const { parseLeadingOptions } = await import("./build-program.ts");
  return parseLeadingOptions(argv, GLOBAL_OPTIONS);
}

async function parseRest(argv: readonly string[], spec: CommandSpec): Promise<ParsedWords> {
  if (argv.length === 0 && spec.arguments.length === 0) return { options: {}, words: [], help: false };
  const { parseCommandWords } = await import("./build-program.ts");
  return parseCommandWords(argv, spec, GLOBAL_OPTIONS);
}

export type CommandPart =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: OptionValues; readonly arguments: ArgumentValues };

export interface CommandPartSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onOldName: OnOldName;
}

/** Options and arguments of the command. Throws `argument.*`. */
export async function readCommandPart(
  { spec, leading, rest }: Extract<LeadingPart, { kind: "command" }>,
  { env, onOldName }: CommandPartSources,
): Promise<CommandPart> {
  const parsed = await parseRest(rest, spec);
  if (parsed.help) return { kind: "help" };
  for (const group of spec.exclusive ?? []) refuseBoth(group, parsed);
  const specs = [...GLOBAL_OPTIONS, ...spec.options];
  const options = readOptionValues(specs, { lines: [leading.options, parsed.options], env, onOldName });
  for (const name of ["verbose", "trace"]) {
    if (options.flag("silent") && options.flag(name)) {
      throw new EspError("argument.conflict", `Cannot use both --silent and --${name}.`, { hint: "Leave one out." });
    }
  }
  return { kind: "run", options, arguments: readArguments(spec.arguments, parsed.words) };
}

function refuseBoth(group: readonly string[], parsed: ParsedWords): void {
  const [first, second] = group.filter((name) => parsed.options[name] !== undefined);
  if (first === undefined || second === undefined) return;
  throw new EspError(
    "argument.conflict",
    `Illegal usage: option '--${first}' is mutually exclusive with option '--${second}'.`,
    { hint: "Leave one out." },
  );
}

function readArguments(specs: readonly ArgumentSpec[], words: readonly string[]): ArgumentValues {
  const values = new Map<string, string | number>();
  let pairs: Pair[] = [];
  specs.forEach((spec, index) => {
    if (spec.kind === "pairs") pairs = readPairs(words.slice(index));
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
    number: (name) => Number(get(name)),
    size: (name) => (get(name) === "all" ? "all" : Number(get(name))),
    pairs,
  };
}

/** Throws `argument.invalid`. */
export function readPairs(words: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const address = parseValue(words[index] ?? "", { kind: "integer" }, "ADDRESS");
    const file = words[index + 1];
    if (file === undefined) {
      throw new EspError("argument.invalid", `There is no file for the address ${words[index]}.`, {
        hint: "Write pairs of address and file: 0x0 bootloader.bin 0x10000 app.bin.",
      });
    }
    pairs.push({ address: Number(address), file: String(parseValue(file, { kind: "file" }, "FILE")) });
  }
  return pairs;
}

function unknownCommand(typed: string, names: readonly string[]): EspError {
  const meant = closestName(typed, names);
  return new EspError("argument.invalid", `There is no command '${typed}'.`, {
    hint: meant === undefined ? "--help lists the commands." : `Did you mean ${meant}?`,
    details: { command: typed },
  });
}
