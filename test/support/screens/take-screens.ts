import { setImmediate } from "node:timers/promises";
import { splitShellWords } from "../../../src/cli/line/shell-words.ts";
import { PROGRAMS } from "../../../src/cli/programs/all.ts";
import type { Program } from "../../../src/cli/programs/program.ts";
import { runProgram } from "../../../src/cli/run-program.ts";
import { textWidth } from "../../../src/cli/show/screen/text-width.ts";
import { type TestCliHost, testCliHost } from "../cli-host.ts";
import { screenOf } from "../screen.ts";
import type { ScreenFamily } from "./screen-family.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const CONTROLS = /\u001b\[[\d;]*[A-Za-z]/g;

/** What is typed into a monitor is for the device, and no answer. */
const TAKES_KEYS = / (?:run-and-)?monitor /;

/** What one line left on a terminal. */
export interface TakenScreen {
  readonly line: string;
  readonly exitCode: number;
  readonly rows: readonly string[];
  /** What was wider than the terminal, but for single words: those are broken by the terminal alone. */
  readonly tooWide: readonly string[];
}

/** Runs the lines one after the other, each on a terminal of its own of that width. */
export async function takeScreens({ world, lines }: ScreenFamily, columns: number): Promise<readonly TakenScreen[]> {
  const options = world();
  let files = options.files ?? {};
  const taken: TakenScreen[] = [];
  for (const line of lines) {
    const { program, words } = readLine(line);
    const { port, ...rest } = options;
    const host = testCliHost({
      ...rest,
      ...(port !== undefined && !line.includes("virtual:") && { port }),
      files,
      columns,
      isTTY: true,
      hasErrorsOnScreen: true,
      hasKeyboard: true,
    });
    const exitCode = await (TAKES_KEYS.test(line)
      ? runProgram(program, words, host)
      : consenting(host, runProgram(program, words, host)));
    files = Object.fromEntries(host.stored);
    const text = host.shown();
    taken.push({
      line,
      exitCode,
      rows: withoutTimes(screenOf(text, columns).text).split("\n"),
      tooWide: tooWideFor(text, columns),
    });
  }
  return taken;
}

/** The program and the words behind it. */
export function readLine(line: string): { readonly program: Program; readonly words: readonly string[] } {
  const [name, ...words] = splitShellWords(line) ?? [];
  const program = PROGRAMS.find((each) => each.name === name);
  if (program === undefined) throw new Error(`no program: ${line}`);
  return { program, words };
}

/** Somebody types BURN whenever something is asked. */
async function consenting(host: TestCliHost, run: Promise<number>): Promise<number> {
  let isRunning = true;
  const ended = run.finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    await setImmediate();
    if (host.isListening()) await host.type("BURN\n");
  }
  return await ended;
}

/** What is drawn over itself ends a row by itself only where it is settled. */
function tooWideFor(text: string, columns: number): readonly string[] {
  return text
    .split(/[\r\n]/)
    .map((line) => line.replaceAll(CONTROLS, "").trimEnd())
    .filter((line) => textWidth(line) > columns && /\S\s+\S/.test(line));
}

/** Times and rates follow from how many exchanges a command needs, which is no matter of what a screen looks like. */
function withoutTimes(text: string): string {
  return text.replace(/\d[\d.]*(?=\s+(?:seconds|kbit\/s)\b)/g, (digits) => digits.replace(/\d/g, "#"));
}
