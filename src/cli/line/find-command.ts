import { EspError } from "../../index.ts";
import { HELP_WORD } from "../spec/common-options.ts";
import type { CommandSpec, FamilySummary } from "../spec/types.ts";
import type { ParsedWords, RawOptions } from "./build-program.ts";
import type { Grammar } from "./grammar.ts";
import { didYouMean } from "./meant/closest-name.ts";
import { type OnOldName, renewCommand } from "./meant/old-names.ts";

/** What words begin with: a command and what stands behind its name, or a family without one of its commands. */
export type FoundCommand =
  | {
      readonly kind: "command";
      readonly spec: CommandSpec;
      readonly words: readonly string[];
      /** Those between the two words of its name. */
      readonly options: RawOptions;
    }
  | {
      readonly kind: "family";
      readonly family: FamilySummary;
      /** For its help; else the second word is missing. */
      readonly asked: boolean;
      readonly options: RawOptions;
    };

/** Finds the command by the longest name that fits. Throws `argument.invalid` where there is none. */
export async function findCommand(
  words: readonly string[],
  grammar: Grammar,
  onOldName: OnOldName,
): Promise<FoundCommand> {
  const [first = "", ...behind] = words;
  const found = await loadByNames([first, ...behind.slice(0, 1)], grammar, onOldName);
  if (found !== null) {
    return { kind: "command", spec: found.spec, words: words.slice(found.wordCount), options: {} };
  }
  const family = familyOf(first, grammar);
  if (family === undefined) throw unknownCommand(first, firstWords(grammar));
  const inner = await parseLeading(behind, grammar);
  const [second, ...rest] = inner.words;
  const asked = inner.help || second === HELP_WORD;
  if (asked || second === undefined) return { kind: "family", family, asked, options: inner.options };
  const member = await loadByNames([family.name, second], grammar, onOldName);
  if (member !== null) return { kind: "command", spec: member.spec, words: rest, options: inner.options };
  const members = grammar.commands.flatMap(({ name }) => secondWord(name, family.name) ?? []);
  throw unknownCommand(second, members, family.name);
}

/** Where there is nothing to parse, the parser is not loaded: it is a good part of a short command's time. */
export async function parseLeading(argv: readonly string[], grammar: Grammar): Promise<ParsedWords> {
  if (argv[0]?.startsWith("-") !== true) return { options: {}, words: argv, help: false };
  const { parseLeadingOptions } = await import("./build-program.ts");
  return parseLeadingOptions(argv, grammar.options);
}

/** `show` of `ota show`; null for a command that does not belong to the family. */
export function secondWord(name: string, family: string): string | null {
  return name.startsWith(`${family} `) ? name.slice(family.length + 1) : null;
}

export function familyOf(word: string, { families = [] }: Pick<Grammar, "families">): FamilySummary | undefined {
  return families.find(({ name }) => name === word || name.replaceAll("-", "_") === word);
}

interface Loaded {
  readonly spec: CommandSpec;
  readonly wordCount: number;
}

async function loadByNames(words: readonly string[], grammar: Grammar, onOldName: OnOldName): Promise<Loaded | null> {
  const names = grammar.commands.map(({ name }) => name);
  for (let wordCount = words.length; wordCount > 0; wordCount--) {
    const typed = words.slice(0, wordCount).join(" ");
    const spec = await grammar.loadSpec(renewCommand(typed, names, onOldName));
    if (spec !== null) return { spec, wordCount };
  }
  return null;
}

function firstWords({ commands, families = [] }: Grammar): string[] {
  return [
    ...commands.map(({ name }) => name).filter((name) => !name.includes(" ")),
    ...families.map(({ name }) => name),
  ];
}

function unknownCommand(typed: string, names: readonly string[], family?: string): EspError {
  const before = family === undefined ? "" : `${family} `;
  return new EspError("argument.invalid", `There is no command '${before}${typed}'.`, {
    hint:
      didYouMean(typed, names) ??
      (family === undefined ? "--help lists the commands." : `Choose from ${names.join(", ")}.`),
    details: { command: typed },
  });
}
