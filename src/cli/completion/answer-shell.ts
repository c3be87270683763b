// Shelf: what a shell asks while a line is typed.
// In: the line so far.
// Out: candidates, with what they mean.

import type { CliHost } from "../host/host.ts";
import { scanShellWords } from "../line/shell-words.ts";
import type { Program } from "../programs/program.ts";
import { harmlessText } from "../show/harmless-text.ts";
import { type Completion, type CompletionRequest, type CompletionWorld, complete } from "./complete.ts";
import { partitionsAtHand } from "./partitions-at-hand.ts";

/**
 * Answers a completion script, one candidate a line: the word, a tab and what it means. A line `:files`, a tab and the
 * part of the word that is a path, asks the shell to complete files. An answer that cannot be found is none at all: an
 * error would end up in the middle of the line being typed.
 */
export async function answerShell(program: Program, argv: readonly string[], host: CliHost): Promise<number> {
  const [shell, ...rest] = argv;
  try {
    const request = shell === "bash" ? bashRequest(rest) : wordsRequest(rest);
    const { env } = host;
    const world: CompletionWorld = {
      env,
      listPorts: () => host.listPorts(),
      partitions: (asked) => partitionsAtHand(host, asked),
    };
    const completion = await complete(program, request, world);
    const lines =
      shell === "bash" ? bashLines(completion, request.current, rest[2] ?? "") : allLines(completion, shell);
    if (lines.length > 0) host.stdout.write(`${lines.map(oneLine).join("\n")}\n`);
  } catch {
    return 1;
  }
  return 0;
}

/** The words before, then the one being typed with a `+` before it: some shells drop an empty argument. */
function wordsRequest(rest: readonly string[]): CompletionRequest {
  return { words: rest.slice(0, -1), current: (rest.at(-1) ?? "").slice(1) };
}

/**
 * From bash: the program's name as typed, `+` and the line up to the cursor. Its own words are of no use, because it
 * cuts them at `:` and `=`.
 */
function bashRequest([program = "", line = ""]: readonly string[]): CompletionRequest {
  const { words, inWord } = scanShellWords(line.slice(1));
  const start = words.indexOf(program) + 1;
  const typed = words.slice(start);
  return inWord ? { words: typed.slice(0, -1), current: typed.at(-1) ?? "" } : { words: typed, current: "" };
}

/** Bash replaces only what stands behind the last character at which it cuts words. */
function bashLines({ candidates, file }: Completion, current: string, wordBreaks: string): string[] {
  const breaks = [...wordBreaks].filter((character) => !/[\s"']/.test(character));
  const kept = (text: string): number => Math.max(...breaks.map((character) => text.lastIndexOf(character)), -1) + 1;
  return [
    ...candidates.map(({ value }) => value.slice(kept(current))),
    ...(file === null ? [] : [`:files\t${file.slice(kept(file))}`]),
  ];
}

function allLines({ candidates, file }: Completion, shell: string | undefined): string[] {
  // To PowerShell an unquoted word with it in front is a variable.
  const word = (value: string): string => (shell === "powershell" && value.startsWith("@") ? `'${value}'` : value);
  return [
    ...candidates.map(({ value, description }) =>
      description === "" ? word(value) : `${word(value)}\t${description.replaceAll("\t", " ")}`,
    ),
    ...(file === null ? [] : [`:files\t${file}`]),
  ];
}

/** What a device calls itself must not become another candidate, or do anything to the line that is typed. */
function oneLine(line: string): string {
  return harmlessText(line.replaceAll("\n", " "));
}
