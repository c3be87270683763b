import type { CommandSpec, OptionSpec } from "../spec/types.ts";
import { valueLeftOut } from "./spread-options.ts";

export interface Surroundings {
  /** Options of every command. */
  readonly options: readonly OptionSpec[];
  /** Of all commands. */
  readonly names: readonly string[];
}

/** How blocks are called, by name or alias, on every chip (fact sheet A8). */
const BLOCK_NAME = /^(?:BLOCK|MAC_SPI_8M_0$|flash_encryption$|secure_boot_v[12]$)/;

/**
 * The words that belong to a command, of all that follow its name: up to the next word that is the name of a command.
 * By the grammar, not by guess: the value of an option, a file where a file has to stand, and what is behind `--` may be
 * called like a command.
 */
export function splitCommands(words: readonly string[], spec: CommandSpec, around: Surroundings): readonly string[] {
  const options = [...spec.options, ...around.options];
  const arguments_: string[] = [];
  let onlyArguments = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!onlyArguments && word === "--") onlyArguments = true;
    else if (!onlyArguments && /^-./.test(word)) {
      if (takesNextWord(words, index, options)) index++;
    } else if (!onlyArguments && isCommand(word, around.names) && !mustBeFile(spec, arguments_)) {
      return words.slice(0, index);
    } else arguments_.push(word);
  }
  return words;
}

function isCommand(word: string, names: readonly string[]): boolean {
  return names.includes(word) || names.includes(word.replaceAll("_", "-"));
}

function takesNextWord(words: readonly string[], index: number, options: readonly OptionSpec[]): boolean {
  if (valueLeftOut(words, index, options) !== null) return false;
  const word = words[index];
  const option = options.find(({ name, short }) => word === `--${name}` || word === `-${short}`);
  return option?.value !== undefined;
}

/** Whether the argument behind these can only be a file, even one that is called like a command. */
export function mustBeFile({ arguments: specs }: Pick<CommandSpec, "arguments">, before: readonly string[]): boolean {
  const spec = specs[Math.min(before.length, specs.length - 1)];
  if (spec === undefined) return false;
  if (spec.kind === "file") return before.length < specs.length;
  if (spec.files === undefined) return false;
  const last = before.at(-1);
  if (last === undefined) return spec.files === "after-block-or-first";
  // The file itself may be called like a block: of several such words only every other one can be the block of a group.
  return (before.length - 1 - before.findLastIndex((word) => !BLOCK_NAME.test(word))) % 2 === 1;
}
