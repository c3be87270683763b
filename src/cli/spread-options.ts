import { parseInteger } from "./integers.ts";
import type { FollowingWords, OptionSpec } from "./spec/types.ts";

/**
 * Options that take several words, such as `--port-filter vid=0x303a serial=AB`, written out as one option a word. The
 * reference takes every word up to the next option, the command and its arguments as well; here only those that can be
 * meant.
 */
export function spreadOptions(argv: readonly string[], options: readonly OptionSpec[]): string[] {
  const takers = new Map<string, FollowingWords>();
  for (const { name, value } of options) if (value?.following !== undefined) takers.set(`--${name}`, value.following);
  const words: string[] = [];
  let open: string | null = null;
  for (const [index, word] of argv.entries()) {
    if (word === "--") return [...words, ...argv.slice(index)];
    const isFirstValue = takers.has(argv[index - 1] ?? "");
    if (!isFirstValue) {
      const name = word.split("=", 1)[0] ?? "";
      if (takers.has(name)) open = name;
      else if (open !== null && belongs(word, takers.get(open))) words.push(open);
      else open = null;
    }
    words.push(word);
  }
  return words;
}

function belongs(word: string, following: FollowingWords | undefined): boolean {
  switch (following) {
    case "filters":
      return /^[a-z]+=/i.test(word);
    case "files":
      // A number is the address that the arguments begin with.
      return !word.startsWith("-") && parseInteger(word) === null;
    case "pairs":
      return !word.startsWith("-");
    case undefined:
      return false;
  }
}
