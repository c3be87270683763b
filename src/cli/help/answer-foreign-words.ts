import { EspError } from "../../index.ts";
import { PROGRAMS } from "../programs/all.ts";
import type { Program } from "../programs/program.ts";
import { listedCommands } from "../programs/program.ts";
import type { CommandSpec, OptionSpec } from "../spec/types.ts";
import { FOREIGN_COMMANDS } from "./foreign-commands.ts";
import { FOREIGN_OPTIONS, type ForeignOption } from "./foreign-options.ts";

export interface FailedLine {
  readonly program: Program;
  /** Without the program's own name. */
  readonly argv: readonly string[];
}

interface Answer {
  /** What to type, word by word. */
  readonly words: readonly string[];
  readonly why: string | undefined;
}

/**
 * The error of a line that has a word of another tool, with what to type here in place of its hint; other errors as they
 * are. It is asked only when a line is wrong already.
 */
export async function answerForeignWords(error: EspError, line: FailedLine): Promise<EspError> {
  if (!error.code.startsWith("argument.")) return error;
  const typed = error.details["command"];
  const answer = typeof typed === "string" ? answerCommand(typed, line) : await answerOptions(line);
  if (answer === null) return error;
  const type = answer.words.map(asTyped).join(" ");
  return new EspError(error.code, error.message, {
    hint: `${answer.why === undefined ? "" : `${answer.why} `}Type: ${type}`,
    details: { ...error.details, type },
    ...(error.cause !== undefined && { cause: error.cause }),
  });
}

/** `writeFlash`, `WRITE_FLASH` and `write-flash` are one name. */
function plainName(typed: string): string {
  return typed
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}

function answerCommand(typed: string, { program, argv }: FailedLine): Answer | null {
  const at = argv.indexOf(typed);
  const leading = argv.slice(0, Math.max(0, at)).filter((word) => word !== "help");
  const behind = argv.slice(at + 1);
  const name = plainName(typed);
  const owner = [program, ...PROGRAMS].find((other) => listedCommands(other).some((command) => command.name === name));
  const row = FOREIGN_COMMANDS.find(({ of, words }) => of === program.name && words.includes(name));
  if (owner === undefined && row === undefined) return null;
  const type = row !== undefined && owner !== program ? row.type.split(" ") : [name];
  const [first = ""] = type;
  const other = PROGRAMS.find((candidate) => candidate.name === first);
  const target = row !== undefined && owner !== program ? (other ?? program) : (owner ?? program);
  const command = other === undefined ? type : type.slice(1);
  return {
    words: [target.name, ...leadingFor(target, program, leading), ...command, ...wordsBehind(row, owner, behind)],
    why: row === undefined || owner === program ? undefined : row.note,
  };
}

/** What stood before the command goes with it where the other program takes it, too. */
function leadingFor(target: Program, program: Program, leading: readonly string[]): readonly string[] {
  if (target === program) return leading;
  return leading.every((word) => !word.startsWith("-") || isTaken(word, target.options)) ? leading : [];
}

function wordsBehind(
  row: (typeof FOREIGN_COMMANDS)[number] | undefined,
  owner: Program | undefined,
  behind: readonly string[],
): readonly string[] {
  if (row === undefined || owner !== undefined) return behind;
  const example = row.behind?.split(" ") ?? [];
  return behind.length > 0 && row.keepsWhen?.test(behind.join(" ")) === true ? behind : example;
}

async function answerOptions({ program, argv }: FailedLine): Promise<Answer | null> {
  const spec = await commandOf(program, argv);
  const taken = [...(spec?.options ?? []), ...program.options];
  const words: string[] = [];
  const reasons = new Set<string>();
  let isChanged = false;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") {
      words.push(...argv.slice(index));
      break;
    }
    const found = renewed(word, argv[index + 1], { taken, command: spec?.name });
    if (found === null) {
      words.push(word);
      continue;
    }
    isChanged = true;
    words.push(...found.words);
    if (found.why !== undefined) reasons.add(found.why);
    index += found.skips;
  }
  if (!isChanged) return null;
  return { words: [program.name, ...words], why: reasons.size === 0 ? undefined : [...reasons].join(" ") };
}

async function commandOf(program: Program, argv: readonly string[]): Promise<CommandSpec | null> {
  const names = new Set(program.commands.map(({ name }) => name));
  const words = argv.map((word) => word.replaceAll("_", "-"));
  const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`);
  const typed = [...pairs, ...words].find((name) => names.has(name));
  return typed === undefined ? null : await program.loadSpec(typed);
}

interface Around {
  readonly taken: readonly OptionSpec[];
  readonly command: string | undefined;
}

interface Renewed {
  readonly words: readonly string[];
  /** Words behind it that went with it. */
  readonly skips: number;
  readonly why: string | undefined;
}

/** What stands in place of the word; null: it stays. */
function renewed(word: string, next: string | undefined, { taken, command }: Around): Renewed | null {
  if (!word.startsWith("-")) return null;
  const [name = "", ...rest] = word.split("=");
  const value = rest.length === 0 ? undefined : rest.join("=");
  const isThere = isTaken(name, taken);
  const row = FOREIGN_OPTIONS.find(
    (candidate) => candidate.names.includes(name) && counts(candidate, { isThere, command, value: value ?? next }),
  );
  if (row !== undefined) {
    const hasOwn = row.takesValue === true || row.values !== undefined;
    return {
      words: row.now === null ? [] : [hasOwn || value === undefined ? row.now : `${row.now}=${value}`],
      skips: hasOwn && value === undefined ? 1 : 0,
      why: row.why,
    };
  }
  const plain = `--${plainName(name.replace(/^-+/, ""))}`;
  if (isThere || plain === name || !isTaken(plain, taken)) return null;
  return { words: [value === undefined ? plain : `${plain}=${value}`], skips: 0, why: undefined };
}

function counts(
  { values, commands }: ForeignOption,
  line: { readonly isThere: boolean; readonly command: string | undefined; readonly value: string | undefined },
): boolean {
  if (commands !== undefined && (line.command === undefined || !commands.includes(line.command))) return false;
  return values === undefined ? !line.isThere : line.value !== undefined && values.includes(line.value);
}

function isTaken(word: string, options: readonly OptionSpec[]): boolean {
  const [name] = word.split("=");
  return options.some(
    (option) => name === `--${option.name}` || name === `-${option.short}` || name === `-${option.twoLetter}`,
  );
}

/** A word as a shell takes it. */
function asTyped(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
