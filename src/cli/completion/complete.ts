import type { ListedPort } from "../../node.ts";
import { chipOfLine } from "../line/chip-of-line.ts";
import { secondWord } from "../line/find-command.ts";
import { mustBeFile } from "../line/split-commands.ts";
import { PORT_FILTER_KEYS } from "../line/value/port-filter.ts";
import type { Candidate, OfferedWords } from "../programs/offered-words.ts";
import { firstWords, listedCommands, membersOf, type Program } from "../programs/program.ts";
import { countingOptions } from "../programs/shared-options.ts";
import { CHIP_NAMES } from "../spec/chip-names.ts";
import { HELP_WORD, VERSION_OPTION } from "../spec/common-options.ts";
import type { ArgumentSpec, CommandSpec, CommandSummary, OptionSpec } from "../spec/types.ts";
import { findOption, findPlace, type Place } from "./find-place.ts";
import { partitionWords } from "./partition-words.ts";

export interface Completion {
  /** Whole words, each beginning with the word that is being typed. */
  readonly candidates: readonly Candidate[];
  /** A file may stand here: the shell completes this part of the word. Null where none may. */
  readonly file: string | null;
}

export interface CompletionRequest {
  /** The words before the one being typed, without the program's name. */
  readonly words: readonly string[];
  /** What there is of the word being typed. */
  readonly current: string;
}

export interface CompletionWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  listPorts(): Promise<readonly ListedPort[]>;
  /** By their names, as far as they are known; `remembers`: of earlier runs, too. */
  partitions(asked: { readonly remembers: boolean }): Promise<readonly Candidate[]>;
}

/** Rates that adapters and chips have in common. */
const BAUD_RATES: readonly string[] = ["9600", "115200", "230400", "460800", "576000", "921600"];

/** What may stand in the place of the word that is being typed. */
export async function complete(
  program: Program,
  { words, current }: CompletionRequest,
  world: CompletionWorld,
): Promise<Completion> {
  const place = await findPlace(program, words);
  if (place === null) return offer([], current);
  const { spec, family, awaiting, open, onlyArguments } = place;
  const partitions = () => world.partitions({ remembers: place.given["no-memory"] === undefined });
  const at: ValuePlace = { current, prefix: "", program, world, partitions };
  if (awaiting !== null) return await offerValue(awaiting, at);
  if (current.startsWith("-") && !onlyArguments) {
    const [name = "", ...value] = current.split("=");
    const option = value.length === 0 ? undefined : findOption(name, place.options);
    if (option !== undefined) return await offerValue(option, { ...at, prefix: `${name}=` });
    return offer(optionCandidates(program, place), current);
  }
  const chip = chipOfLine(place.given, world.env);
  if (family !== null) return offer(secondWords(membersOf(program, family), family.name), current);
  if (spec === null) {
    const help: Candidate[] = place.asksHelp ? [] : [{ value: HELP_WORD, description: "Show help, of a command" }];
    return offer([...(await commandCandidates(program, chip)), ...help], current);
  }
  // Nothing but its second word follows the command whose help is asked for.
  if (place.asksHelp)
    return offer(place.words.length > 0 ? [] : secondWords(listedCommands(program), spec.name), current);
  const named = await partitionWords({ specs: spec.arguments, words: place.words, current }, partitions);
  const argument =
    named === null ? await offerArgument(program, { spec, place, chip }, current) : within(named, current);
  const offered = [argument, ...(open === null ? [] : [await offerValue(open, at)])];
  return {
    candidates: offered.flatMap(({ candidates }) => candidates),
    file: offered.map(({ file }) => file).find((file) => file !== null) ?? null,
  };
}

/** Those that the chip has. */
async function commandCandidates(program: Program, chip: string): Promise<Candidate[]> {
  const adapted = chip === "auto" ? undefined : await program.adaptHelp?.program(chip);
  return firstWords(adapted ?? program)
    .filter(({ name }) => !name.includes(" "))
    .map(({ name, summary }) => ({ value: name, description: summary }));
}

/** Of those commands that begin with the first one. */
function secondWords(commands: readonly CommandSummary[], first: string): Candidate[] {
  return commands.flatMap(({ name, summary }) => {
    const second = secondWord(name, first);
    return second === null ? [] : [{ value: second, description: summary }];
  });
}

interface ArgumentPlace {
  readonly spec: CommandSpec;
  readonly place: Place;
  readonly chip: string;
}

async function offerArgument(
  program: Program,
  { spec, place: { words, given, onlyArguments }, chip }: ArgumentPlace,
  current: string,
): Promise<Completion> {
  const special = await program.offerWords?.({ command: spec.name, words, chip, options: given });
  const { candidates, isFile, mayEnd } = special ?? declaredWords(spec.arguments, words.length);
  const isWhole = mayEnd && words.length >= countWanted(spec.arguments);
  const endsHere = program.takesSeveralCommands && isWhole && !onlyArguments && !mustBeFile(spec, words);
  const commands = endsHere ? await commandCandidates(program, chip) : [];
  const variants = words.length === 0 ? secondWords(listedCommands(program), spec.name) : [];
  return { ...offer([...candidates, ...variants, ...commands], current), file: isFile ? current : null };
}

/** How many arguments there have to be. */
function countWanted(specs: readonly ArgumentSpec[]): number {
  return specs
    .map(({ default: standard, minimum = 1 }) => (standard === undefined ? minimum : 0))
    .reduce((sum, count) => sum + count, 0);
}

/** Those that count for the command. */
function optionCandidates(program: Program, { spec, options, used }: Place): Candidate[] {
  const help: Candidate = { value: "--help", description: "Show help" };
  const counting = spec === null ? [...options, VERSION_OPTION] : [...spec.options, ...countingOptions(program, spec)];
  const free = counting.filter(
    (option) => option.hidden !== true && (!used.has(option) || option.value?.repeatable === true),
  );
  return [...free.map(({ name, summary }) => ({ value: `--${name}`, description: summary })), help];
}

interface ValuePlace {
  readonly current: string;
  /** What of the word stands before the value: `--port=`. */
  readonly prefix: string;
  readonly program: Program;
  readonly world: CompletionWorld;
  readonly partitions: () => Promise<readonly Candidate[]>;
}

async function offerValue(option: OptionSpec, place: ValuePlace): Promise<Completion> {
  const { current, prefix, program, world } = place;
  const kind = option.value?.kind;
  if (kind === "file") return { candidates: [], file: current.slice(prefix.length) };
  const values =
    option.name === "port"
      ? await portCandidates(program, world)
      : option.value?.isPartition === true
        ? await place.partitions()
        : valueCandidates(option);
  return offer(
    values.map(({ value, description }) => ({ value: prefix + value, description })),
    current,
  );
}

function valueCandidates({ value }: OptionSpec): Candidate[] {
  if (value?.choices !== undefined) return plain(value.choices);
  if (value?.kind === "baud") return plain(BAUD_RATES);
  if (value?.kind === "port-filter") return plain(PORT_FILTER_KEYS.map((key) => `${key}=`));
  return value?.kind === "spi-connection" ? plain(["SPI", "HSPI"]) : [];
}

async function portCandidates(program: Program, world: CompletionWorld): Promise<Candidate[]> {
  // A computer whose ports cannot be listed still has the virtual ones.
  const ports = await world.listPorts().catch(() => []);
  const chips = findOption("--chip", program.options)?.value?.choices ?? [];
  return [
    ...ports.map(({ path, product, manufacturer }) => ({
      value: path,
      description: product ?? manufacturer ?? "serial port",
    })),
    ...CHIP_NAMES.filter((chip) => chips.includes(chip)).map((chip) => ({
      value: `virtual:${chip}`,
      description: "virtual chip",
    })),
  ];
}

function declaredWords(specs: readonly ArgumentSpec[], before: number): OfferedWords {
  const spec = specs[Math.min(before, specs.length - 1)];
  const isPairs = spec?.kind === "pairs";
  if (spec === undefined || (before >= specs.length && !isPairs)) return declared([], false);
  // Addresses are for the user to know.
  if (isPairs) return declared([], (before - specs.length + 1) % 2 === 1);
  return declared(spec.choices ?? (spec.kind === "size-or-all" ? ["all"] : []), spec.kind === "file");
}

function declared(values: readonly string[], isFile: boolean): OfferedWords {
  return { candidates: plain(values), isFile, mayEnd: true };
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: "" }));
}

function offer(candidates: readonly Candidate[], current: string): Completion {
  return within({ candidates, file: null }, current);
}

function within({ candidates, file }: Completion, current: string): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), file };
}
