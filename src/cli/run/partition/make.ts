import type { RunCommand, RunContext } from "../../context.ts";
import { checkOutput, writeOutput } from "../../host/user-files.ts";
import { warnOf } from "../by-name/warn-problems.ts";
import { readTable, tableOptions } from "./read-table.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, host, options, print } = context;
  const { encodePartitionTable, formatPartitionCsv, refusePartitionProblems } = await import("../../../partition.ts");
  const input = words.text("INPUT");
  const output = words.text("OUTPUT");
  await checkOutput(host, output);
  const { format, partitions, problems } = await readTable(context, input);
  warn(context, problems);
  refusePartitionProblems(problems);
  const wanted = tableOptions(context);
  const made = format === "csv" ? "binary" : "csv";
  const data =
    made === "binary"
      ? encodePartitionTable(partitions, wanted)
      : new TextEncoder().encode(formatPartitionCsv(partitions, wanted));
  await writeOutput(host, output, data);
  if (!options.flag("quiet")) print(`Wrote a ${made} table of ${partitions.length} partitions to '${output}'.`);
  return { input, output, format: made, sizeBytes: data.length, partitions, problems };
};

function warn(context: RunContext, problems: Parameters<typeof warnOf>[1]): void {
  const isQuiet = context.options.flag("quiet");
  warnOf(context, isQuiet ? [] : problems.filter(({ level }) => level === "warning"));
}
