import { writeSync } from "node:fs";
import { quickAnswer } from "./quick-answer.ts";
import type { OldName, Run } from "./run-executable.ts";

/** Writes all of it, or nothing: then the program says what is wrong with its output. */
function hasWritten(text: string): boolean {
  try {
    writeSync(1, text);
    return true;
  } catch {
    return false;
  }
}

/** Answers at once what needs no program, else loads the program and runs it. */
export function launch(name: string, load: () => Promise<Run>, old?: OldName): void {
  const answer = old === undefined ? quickAnswer(name, process.argv.slice(2)) : null;
  if (answer !== null && hasWritten(answer)) return;
  void import("./run-executable.ts").then(({ runExecutable }) => runExecutable(load, old));
}
