import type { PartitionProblem } from "../../../partition.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";

/** All that is wrong and ends nothing. */
export function warnOf({ emit }: RunContext, problems: readonly PartitionProblem[]): void {
  for (const problem of problems) {
    emit({
      session: CLI_SESSION,
      type: "warning",
      code: "partition.problem",
      message: problemText(problem),
      details: { ...problem },
    });
  }
}

/** With its place before it. */
export function problemText({ line, column, offset, message }: PartitionProblem): string {
  if (line !== null) return `Line ${line}, column ${column ?? 1}: ${message}`;
  return offset === null ? message : `Offset 0x${offset.toString(16)}: ${message}`;
}
