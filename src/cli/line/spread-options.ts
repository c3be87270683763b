import type { ArgumentSpec, FollowingWords, OptionSpec } from "../spec/types.ts";
import { parseInteger } from "./value/integers.ts";

/**
 * Options that take several words, such as `--port-filter vid=0x303a serial=AB`, written out as one option a word. The
 * reference takes every word up to the next option, the command and its arguments as well; here only those that can be
 * meant.
 */
export function spreadOptions(
  argv: readonly string[],
  options: readonly OptionSpec[],
  arguments_: readonly ArgumentSpec[] = [],
): string[] {
  const takers = findTakers(options);
  const words: string[] = [];
  let open: string | null = null;
  for (const [index, word] of argv.entries()) {
    if (word === "--") return [...words, ...argv.slice(index)];
    const meant = valueLeftOut(argv, index, options);
    if (meant !== null) {
      words.push(`${word}=${meant}`);
      continue;
    }
    const isFirstValue = takers.has(argv[index - 1] ?? "");
    if (!isFirstValue) {
      const name = takerIn(word, takers);
      if (name !== null) open = name;
      else if (open !== null && belongs(word, takers.get(open))) {
        if (takers.get(open) !== "all" || !isWantedArgument({ argv, index, words }, options, arguments_))
          words.push(open);
      } else open = null;
    }
    words.push(word);
  }
  return words;
}

/** What an option without its value means, where it may stand so and no decimal number stands behind it; else null. */
export function valueLeftOut(argv: readonly string[], index: number, options: readonly OptionSpec[]): string | null {
  const meant = optionOf(argv[index], options)?.value?.whenLeftOut ?? null;
  if (meant === null || /^\d[\d.]*$/.test(argv[index + 1] ?? "")) return null;
  // What stands behind the name of an option that wants a value is this value, whatever it looks like.
  const before = optionOf(argv[index - 1], options)?.value;
  return before === undefined || before.whenLeftOut !== undefined ? meant : null;
}

function optionOf(word: string | undefined, options: readonly OptionSpec[]): OptionSpec | undefined {
  return options.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`));
}

type Takers = ReadonlyMap<string, FollowingWords>;

function findTakers(options: readonly OptionSpec[]): Takers {
  const takers = new Map<string, FollowingWords>();
  for (const { name, short, value } of options) {
    if (value?.following === undefined) continue;
    takers.set(`--${name}`, value.following);
    if (short !== undefined) takers.set(`-${short}`, value.following);
  }
  return takers;
}

/** The option that a word names: `--name`, `--name=value`, `-n`, `-nvalue`. */
function takerIn(word: string, takers: Takers): string | null {
  const name = word.startsWith("--") ? (word.split("=", 1)[0] ?? "") : word.slice(0, 2);
  return takers.has(name) ? name : null;
}

function belongs(word: string, following: FollowingWords | undefined): boolean {
  switch (following) {
    case "filters":
      return /^[a-z]+=/i.test(word);
    case "files":
      // A number is the address that the arguments begin with.
      return !isOption(word) && parseInteger(word) === null;
    case "pairs":
    case "all":
      return !isOption(word);
    case undefined:
      return false;
  }
}

/** A dash alone is a file: a standard stream. */
function isOption(word: string): boolean {
  return /^-./s.test(word);
}

interface WordAt {
  readonly argv: readonly string[];
  readonly index: number;
  /** What the words before it have become. */
  readonly words: readonly string[];
}

/** The last word of the line, where an argument is still missing. */
function isWantedArgument(
  { argv, index, words }: WordAt,
  options: readonly OptionSpec[],
  arguments_: readonly ArgumentSpec[],
): boolean {
  if (index !== argv.length - 1) return false;
  const wanted = arguments_.filter((spec) => spec.default === undefined && spec.minimum !== 0).length;
  return countArguments(words, options) < wanted;
}

/** Of words of which each option has at most one. */
function countArguments(words: readonly string[], options: readonly OptionSpec[]): number {
  const valued = new Set(
    options.flatMap(({ name, short, value }) => (value === undefined ? [] : [`--${name}`, `-${short}`])),
  );
  return words.filter((word, index) => !isOption(word) && !valued.has(words[index - 1] ?? "")).length;
}
