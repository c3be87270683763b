import type { ListedPort } from "../../node.ts";
import { COMMAND_MODULES } from "../load-command.ts";
import { PORT_FILTER_KEYS } from "../port-filter.ts";
import { CHIP_NAMES } from "../spec/chip-names.ts";
import { LISTED_COMMANDS } from "../spec/command-table.ts";
import { GLOBAL_OPTIONS } from "../spec/global-options.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "../spec/types.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

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
  listPorts(): Promise<readonly ListedPort[]>;
}

/** Rates that adapters and chips have in common. */
const BAUD_RATES: readonly string[] = ["9600", "115200", "230400", "460800", "576000", "921600"];

/** What may stand in the place of the word that is being typed. */
export async function complete({ words, current }: CompletionRequest, world: CompletionWorld): Promise<Completion> {
  const place = await findPlace(words);
  if (place === null) return offer([], current);
  const { spec, awaiting, onlyArguments } = place;
  if (awaiting !== null) return await offerValue(awaiting, { current, prefix: "", world });
  if (current.startsWith("-") && !onlyArguments) {
    const [name = "", ...value] = current.split("=");
    const option = value.length === 0 ? undefined : findOption(name, place.options);
    if (option !== undefined) return await offerValue(option, { current, prefix: `${name}=`, world });
    return offer(optionCandidates(place), current);
  }
  if (spec === null) {
    return offer(
      LISTED_COMMANDS.map(({ name, summary }) => ({ value: name, description: summary })),
      current,
    );
  }
  return offerArgument(spec.arguments, place.argumentsBefore, current);
}

/** Where on the line the next word stands. */
interface Place {
  /** Null before the command. */
  readonly spec: CommandSpec | null;
  readonly options: readonly OptionSpec[];
  /** The option whose value comes next. */
  readonly awaiting: OptionSpec | null;
  readonly used: ReadonlySet<OptionSpec>;
  readonly argumentsBefore: number;
  /** Behind `--` nothing is an option. */
  readonly onlyArguments: boolean;
}

/** Null where a word is no command, so that nothing can be said of what follows. */
async function findPlace(words: readonly string[]): Promise<Place | null> {
  let spec: CommandSpec | null = null;
  let options: readonly OptionSpec[] = GLOBAL_OPTIONS;
  let awaiting: OptionSpec | null = null;
  let argumentsBefore = 0;
  let onlyArguments = false;
  const used = new Set<OptionSpec>();
  for (const word of words) {
    if (awaiting !== null) awaiting = null;
    else if (!onlyArguments && word === "--") onlyArguments = true;
    else if (!onlyArguments && /^-./.test(word)) {
      const option = findOption(word.split("=", 1)[0] ?? "", options);
      if (option === undefined) continue;
      used.add(option);
      if (option.value !== undefined && !word.includes("=")) awaiting = option;
    } else if (spec === null) {
      spec = await loadSpec(word);
      if (spec === null) return null;
      const own = new Set(spec.options.map(({ name }) => name));
      options = [...spec.options, ...GLOBAL_OPTIONS.filter(({ name }) => !own.has(name))];
    } else argumentsBefore++;
  }
  return { spec, options, awaiting, used, argumentsBefore, onlyArguments };
}

async function loadSpec(word: string): Promise<CommandSpec | null> {
  const name = word.replaceAll("_", "-");
  const modules = Object.hasOwn(COMMAND_MODULES, name) ? COMMAND_MODULES[name] : undefined;
  return modules === undefined ? null : (await modules.spec()).SPEC;
}

/** A command's own option comes first in the list and hides a shared one of its letter. */
function findOption(word: string, options: readonly OptionSpec[]): OptionSpec | undefined {
  return options.find(
    ({ name, short, twoLetter }) => word === `--${name}` || word === `-${short}` || word === `-${twoLetter}`,
  );
}

function optionCandidates({ options, used }: Place): Candidate[] {
  const help: Candidate = { value: "--help", description: "Show help" };
  const free = options.filter(
    (option) => option.hidden !== true && (!used.has(option) || option.value?.repeatable === true),
  );
  return [...free.map(({ name, summary }) => ({ value: `--${name}`, description: summary })), help];
}

interface ValuePlace {
  readonly current: string;
  /** What of the word stands before the value: `--port=`. */
  readonly prefix: string;
  readonly world: CompletionWorld;
}

async function offerValue(option: OptionSpec, { current, prefix, world }: ValuePlace): Promise<Completion> {
  const kind = option.value?.kind;
  if (kind === "file") return { candidates: [], file: current.slice(prefix.length) };
  const values = option.name === "port" ? await portCandidates(world) : valueCandidates(option);
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

async function portCandidates(world: CompletionWorld): Promise<Candidate[]> {
  // A computer whose ports cannot be listed still has the virtual ones.
  const ports = await world.listPorts().catch(() => []);
  return [
    ...ports.map(({ path, product, manufacturer }) => ({
      value: path,
      description: product ?? manufacturer ?? "serial port",
    })),
    ...CHIP_NAMES.map((chip) => ({ value: `virtual:${chip}`, description: "virtual chip" })),
  ];
}

function offerArgument(specs: readonly ArgumentSpec[], before: number, current: string): Completion {
  const spec = specs[Math.min(before, specs.length - 1)];
  const isPairs = spec?.kind === "pairs";
  if (spec === undefined || (before >= specs.length && !isPairs)) return offer([], current);
  // Addresses are for the user to know.
  if (isPairs) return { candidates: [], file: (before - specs.length + 1) % 2 === 1 ? current : null };
  if (spec.kind === "file") return { candidates: [], file: current };
  return offer(plain(spec.choices ?? (spec.kind === "size-or-all" ? ["all"] : [])), current);
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: "" }));
}

function offer(candidates: readonly Candidate[], current: string): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), file: null };
}
