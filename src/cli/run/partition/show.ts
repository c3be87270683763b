import type { RunCommand } from "../../context.ts";
import { partitionLines } from "../../show/render/render-partitions.ts";
import { pageColumns } from "../../show/screen/wrap-text.ts";
import { warnOf } from "../by-name/warn-problems.ts";
import { flashBytesOf, readTable } from "./read-table.ts";

export const run: RunCommand = async (context) => {
  const { host, options, print } = context;
  const input = context.arguments.text("INPUT");
  const { format, partitions, problems } = await readTable(context, input);
  const flashBytes = flashBytesOf(options) ?? null;
  for (const line of partitionLines(partitions, flashBytes, pageColumns(host.stdout, host.env))) print(line);
  warnOf(context, problems);
  return { input, format, partitions, problems, flashBytes };
};
