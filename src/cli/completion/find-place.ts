import type { RawOptions } from "../line/build-program.ts";
import { familyOf } from "../line/find-command.ts";
import { splitCommands } from "../line/split-commands.ts";
import { spreadOptions } from "../line/spread-options.ts";
import type { Program } from "../programs/program.ts";
import { HELP_WORD } from "../spec/common-options.ts";
import type { CommandSpec, FamilySummary, OptionSpec } from "../spec/types.ts";

/** Where on the line the next word stands. */
export interface Place {
  /** Null before the command. */
  readonly spec: CommandSpec | null;
  /** The first word of the command, where its second comes next. */
  readonly family: FamilySummary | null;
  /** The word before it was `help`. */
  readonly asksHelp: boolean;
  readonly options: readonly OptionSpec[];
  /** The option whose value comes next. */
  readonly awaiting: OptionSpec | null;
  /** The option of which a further value may come next: `--keyfile one.pem two.pem`. */
  readonly open: OptionSpec | null;
  readonly used: ReadonlySet<OptionSpec>;
  /** Options of the whole line with their values. */
  readonly given: RawOptions;
  /** The arguments of the command so far. */
  readonly words: readonly string[];
  /** Behind `--` nothing is an option. */
  readonly onlyArguments: boolean;
}

/** Null where a word is no command, so that nothing can be said of what follows. */
export async function findPlace(program: Program, words: readonly string[]): Promise<Place | null> {
  const leading = scan(words, program.options, { stopsAtWord: true });
  let place: Place = { spec: null, family: null, asksHelp: false, ...leading };
  for (let left: readonly string[] = leading.rest; left.length > 0; ) {
    const [name = "", ...behind] = left;
    // Nothing follows the command whose help is asked for.
    if (place.asksHelp && place.spec !== null) return null;
    if (name === HELP_WORD && place.spec === null) {
      place = { ...place, asksHelp: true };
      left = behind;
      continue;
    }
    const family = place.family === null ? familyOf(name, program) : undefined;
    if (family !== undefined) {
      const scanned = scan(behind, program.options, { stopsAtWord: true });
      place = within(place, { spec: null, family }, scanned, program);
      left = scanned.rest;
      continue;
    }
    const found = await commandAt(left, place.family, program);
    if (found === null) return null;
    const words = left.slice(found.wordCount);
    const own = program.takesSeveralCommands ? splitCommands(words, found.spec, aroundCommand(program)) : words;
    const scanned = scan(own, optionsOf(found.spec, program), { stopsAtWord: false });
    place = within(place, { spec: found.spec, family: null }, scanned, program);
    left = words.slice(own.length);
  }
  return place;
}

/** The command by the longest name that stands there. */
async function commandAt(
  [first = "", second]: readonly string[],
  family: FamilySummary | null,
  program: Program,
): Promise<{ readonly spec: CommandSpec; readonly wordCount: number } | null> {
  const load = async (name: string): Promise<CommandSpec | null> => await program.loadSpec(name.replaceAll("_", "-"));
  if (family === null && second !== undefined) {
    const spec = await load(`${first} ${second}`);
    if (spec !== null) return { spec, wordCount: 2 };
  }
  const spec = await load(family === null ? first : `${family.name} ${first}`);
  return spec === null ? null : { spec, wordCount: 1 };
}

function aroundCommand({ options, commands }: Program): Parameters<typeof splitCommands>[2] {
  return { options, names: commands.map(({ name }) => name) };
}

/** A command's own option comes first and hides a shared one of its letter. */
function optionsOf(spec: CommandSpec, program: Program): readonly OptionSpec[] {
  const own = new Set(spec.options.map(({ name }) => name));
  return [...spec.options, ...program.options.filter(({ name }) => !own.has(name))];
}

/** A shared option counts for the whole line, an option of a command before for that one alone. */
function within(before: Place, at: Pick<Place, "spec" | "family">, scanned: Scan, program: Program): Place {
  const shared = program.options.filter((option) => before.used.has(option));
  return {
    ...at,
    asksHelp: before.asksHelp,
    ...scanned,
    used: new Set([...shared, ...scanned.used]),
    given: { ...before.given, ...scanned.given },
  };
}

interface Scan extends Omit<Place, "spec" | "family" | "asksHelp"> {
  /** From the first word on that is neither an option nor a value, where the scan stops there. */
  readonly rest: readonly string[];
}

function scan(
  line: readonly string[],
  options: readonly OptionSpec[],
  { stopsAtWord }: { readonly stopsAtWord: boolean },
): Scan {
  const spread = spreadOptions(line, options);
  const used = new Set<OptionSpec>();
  const given: Record<string, string | true> = {};
  const words: string[] = [];
  let awaiting: OptionSpec | null = null;
  let onlyArguments = false;
  let rest: readonly string[] = [];
  for (const [index, word] of spread.entries()) {
    if (awaiting !== null) {
      given[awaiting.name] = word;
      awaiting = null;
    } else if (!onlyArguments && word === "--") onlyArguments = true;
    else if (!onlyArguments && /^-./.test(word)) {
      const [name = "", ...value] = word.split("=");
      const option = findOption(name, options);
      if (option === undefined) continue;
      used.add(option);
      if (option.value === undefined || value.length > 0)
        given[option.name] = value.length > 0 ? value.join("=") : true;
      else awaiting = option;
    } else if (stopsAtWord) {
      rest = spread.slice(index);
      break;
    } else words.push(word);
  }
  const open = awaiting === null ? openOption(line, options) : null;
  return { options, awaiting, open, used, given, words, onlyArguments, rest };
}

export function findOption(word: string, options: readonly OptionSpec[]): OptionSpec | undefined {
  return options.find(
    ({ name, short, twoLetter }) => word === `--${name}` || word === `-${short}` || word === `-${twoLetter}`,
  );
}

/** The option that would be given a further word, as the line would be understood. */
function openOption(line: readonly string[], options: readonly OptionSpec[]): OptionSpec | null {
  const spread = spreadOptions([...line, "word"], options);
  if (spread.length === spreadOptions(line, options).length + 1) return null;
  return findOption(spread.at(-2) ?? "", options) ?? null;
}
