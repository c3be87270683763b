import type { RunCommand } from "../../context.ts";
import { warnOf } from "../by-name/warn-problems.ts";
import { readTable } from "./read-table.ts";

export const run: RunCommand = async (context) => {
  const { refusePartitionProblems } = await import("../../../partition.ts");
  const input = context.arguments.text("INPUT");
  const { format, partitions, problems } = await readTable(context, input);
  const isWrong = problems.some(({ level }) => level === "error");
  // The first error ends the command, with its own sentence; what else is wrong is said before.
  const first = problems.findIndex(({ level }) => level === "error");
  warnOf(
    context,
    problems.filter((_, index) => index !== first),
  );
  if (isWrong) refusePartitionProblems(problems);
  context.print(`The table in '${input}' is right: ${partitions.length} partitions.`);
  return { input, format, partitions, problems };
};
